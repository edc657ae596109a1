using Baton.Core.Engine;
using Baton.Engine.Torch.Model;
using Baton.Engine.Torch.Native;
using static TorchSharp.torch;

namespace Baton.Engine.Torch.Runner;

/// <summary>
/// The KV blocks as tensors: [block][layer][K, V][kv head], then [head dim][token] of keys and [token][head dim] of values. On
/// the CPU they lie in the worker's own KV memory, so the data plane reads and writes what the model does; on another device
/// in its memory, and <see cref="KvCopies"/> brings them to and fro.
/// </summary>
/// <remarks>
/// Seen as rows of one head in one block, layer l differs from layer 0 only by where the rows begin. So one list of row
/// numbers, made once a step, serves every layer through that layer's view.
/// </remarks>
internal sealed class KvPool : IDisposable
{
    private readonly Tensor _pool;
    private readonly Tensor[] _keys;
    private readonly Tensor[] _values;

    public KvPool(ModelConfig config, KvFormat format, IKvMemory memory, int blocks, Device device, bool apart)
    {
        const int Tokens = TorchModel.BlockTokens;
        HeadRowsPerBlock = (long)config.Layers * 2 * config.KvHeads;
        var rows = blocks * HeadRowsPerBlock;
        var type = format == KvFormat.BF16 ? ScalarType.BFloat16 : ScalarType.Float32;
        using var scope = NewDisposeScope();
        _pool = apart
            ? zeros([rows, Tokens * config.HeadDim], type, device)
            : Blob.Over(memory.Address, type, rows, Tokens * config.HeadDim);
        _keys = new Tensor[config.Layers];
        _values = new Tensor[config.Layers];
        for (var layer = 0; layer < config.Layers; layer++)
        {
            var skip = (long)layer * 2 * config.KvHeads;
            var heads = _pool.narrow(0, skip, rows - skip);
            _keys[layer] = heads.view(-1, config.HeadDim, Tokens).transpose(1, 2).DetachFromDisposeScope();
            _values[layer] = heads.view(-1, Tokens, config.HeadDim).DetachFromDisposeScope();
        }

        _pool.DetachFromDisposeScope();
    }

    /// <summary>All of it: [blocks * layers * (K, V) * kv heads, block tokens * head dim].</summary>
    public Tensor Blocks => _pool;

    /// <summary>Rows of one block.</summary>
    public long HeadRowsPerBlock { get; }

    /// <summary>
    /// Empties blocks. What lies behind a sequence's last position is read and weighs nothing; but nothing times what an
    /// earlier holder left there is nothing only if that was a number.
    /// </summary>
    public void Clear(Tensor blocks) => _pool.view(-1, HeadRowsPerBlock, _pool.shape[1]).index_fill_(0, blocks, 0);

    /// <summary>Writes keys and values of new tokens.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="at">Layer 0's rows of each vector of the keys, and the vectors' places in them.</param>
    /// <param name="keys">[vectors, head dim].</param>
    /// <param name="values">[vectors, head dim].</param>
    public void Write(int layer, KvPlaces at, Tensor keys, Tensor values)
    {
        Put(_keys[layer], at.KeyRows, at.Slots, keys);
        Put(_values[layer], at.ValueRows, at.Slots, values);
    }

    /// <summary>Copies whole blocks' keys: [rows, block tokens, head dim].</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="rows">Layer 0's rows.</param>
    public Tensor Keys(int layer, Tensor rows) => _keys[layer].index_select(0, rows).to(ScalarType.Float32);

    /// <summary>Copies whole blocks' values: [rows, block tokens, head dim].</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="rows">Layer 0's rows.</param>
    public Tensor Values(int layer, Tensor rows) => _values[layer].index_select(0, rows).to(ScalarType.Float32);

    public void Dispose()
    {
        foreach (var view in _keys.Concat(_values))
            view.Dispose();

        _pool.Dispose();
    }

    private static void Put(Tensor pool, Tensor rows, Tensor slots, Tensor vectors) =>
        pool.index_put_(vectors.to(pool.dtype), TensorIndex.Tensor(rows), TensorIndex.Tensor(slots));
}
