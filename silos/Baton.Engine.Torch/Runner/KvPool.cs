using Baton.Core.Engine;
using Baton.Engine.Torch.Model;
using Baton.Engine.Torch.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Baton.Engine.Torch.Runner;

/// <summary>
/// The KV blocks as tensors: [block][layer][K, V][kv head][token][head dim], f32. On the CPU they lie in the worker's
/// own KV memory, so the data plane reads and writes what the model does; on another device in its memory, where the data
/// plane does not reach.
/// </summary>
/// <remarks>
/// Seen as rows, layer l differs from layer 0 only by where the rows begin. So one list of row numbers, made once a
/// step, serves every layer through that layer's view.
/// </remarks>
internal sealed class KvPool : IDisposable
{
    private readonly Tensor _pool;
    private readonly Tensor[] _tokenRows;
    private readonly Tensor[] _headRows;

    public KvPool(ModelConfig config, IKvMemory memory, int blocks, Device device)
    {
        Blocks = blocks;
        const int Tokens = TorchModel.BlockTokens;
        HeadRowsPerBlock = (long)config.Layers * 2 * config.KvHeads;
        var rows = blocks * HeadRowsPerBlock;
        using var scope = NewDisposeScope();
        IsShared = device.type == DeviceType.CPU;
        _pool = IsShared
            ? Blob.Over(memory.Address, ScalarType.Float32, rows * Tokens, config.HeadDim)
            : zeros([rows * Tokens, config.HeadDim], ScalarType.Float32, device);
        var heads = _pool.view(rows, Tokens * config.HeadDim);
        _tokenRows = new Tensor[config.Layers];
        _headRows = new Tensor[config.Layers];
        for (var layer = 0; layer < config.Layers; layer++)
        {
            var skip = (long)layer * 2 * config.KvHeads;
            _tokenRows[layer] = _pool.narrow(0, skip * Tokens, (rows - skip) * Tokens).DetachFromDisposeScope();
            _headRows[layer] = heads.narrow(0, skip, rows - skip).DetachFromDisposeScope();
        }

        _pool.DetachFromDisposeScope();
    }

    public int Blocks { get; }

    /// <summary>Whether the blocks lie in the worker's KV memory.</summary>
    public bool IsShared { get; }

    /// <summary>Rows of one block when a row is one head of K or V: [token][head dim].</summary>
    public long HeadRowsPerBlock { get; }

    /// <summary>Writes K and V of new tokens.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="rows">Layer 0's row of each vector.</param>
    /// <param name="vectors">[rows, head dim].</param>
    public void Write(int layer, Tensor rows, Tensor vectors) => _tokenRows[layer].index_copy_(0, rows, vectors);

    /// <summary>Copies whole blocks' heads: [rows, block tokens * head dim].</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="rows">Layer 0's rows.</param>
    public Tensor Gather(int layer, Tensor rows) => _headRows[layer].index_select(0, rows);

    public void Dispose()
    {
        foreach (var view in _tokenRows.Concat(_headRows))
            view.Dispose();

        _pool.Dispose();
    }
}
