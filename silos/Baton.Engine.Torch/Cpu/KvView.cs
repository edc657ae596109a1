using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Baton.Engine.Torch.Model;

namespace Baton.Engine.Torch.Cpu;

/// <summary>
/// Where a head lies in the worker's KV memory: [block][layer][K, V][kv head], then [head dim][token] of keys and
/// [token][head dim] of values.
/// </summary>
/// <remarks>
/// Keys lie so that neighbouring positions are neighbours in a register: a score is then summed dimension by dimension, and no
/// sum goes across one, for which heads are too narrow.
/// </remarks>
internal readonly unsafe struct KvView(ModelConfig config, KvFormat format, nint memory)
{
    private readonly byte* _memory = (byte*)memory;
    private readonly long _head = (long)TorchModel.BlockTokens * config.HeadDim * format.Bytes();
    private readonly long _side = (long)TorchModel.BlockTokens * config.KvSize * format.Bytes();
    private readonly long _block = 2L * config.Layers * TorchModel.BlockTokens * config.KvSize * format.Bytes();

    public KvFormat Format { get; } = format;

    /// <summary>A head's keys in a block: [head dim, token].</summary>
    public byte* Keys(int layer, int block, int head) => _memory + (block * _block) + (2 * layer * _side) + (head * _head);

    /// <summary>A head's values in a block: [token, head dim].</summary>
    public byte* Values(int layer, int block, int head) => Keys(layer, block, head) + _side;

    /// <summary>Empties a block, so that nobody whom it is handed to finds in it what an earlier holder left.</summary>
    public void Clear(int block) => new Span<byte>(_memory + (block * _block), (int)_block).Clear();

    /// <summary>Puts the key of one position among a block's keys.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PutKey<TNumber>(byte* keys, int slot, float* key, int dim)
        where TNumber : IKvNumber
    {
        keys += slot * TNumber.Bytes;
        for (var i = 0; i < dim; i++, keys += TorchModel.BlockTokens * TNumber.Bytes)
            TNumber.Store(key[i], keys);
    }

    /// <summary>Puts the value of one position among a block's values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PutValue<TNumber>(byte* values, int slot, float* value, int dim)
        where TNumber : IKvNumber
    {
        values += (long)slot * dim * TNumber.Bytes;
        var i = 0;
        for (; i + Vector256<float>.Count <= dim; i += Vector256<float>.Count)
            TNumber.Store(Vector256.Load(value + i), values + (i * TNumber.Bytes));
        for (; i < dim; i++)
            TNumber.Store(value[i], values + (i * TNumber.Bytes));
    }
}
