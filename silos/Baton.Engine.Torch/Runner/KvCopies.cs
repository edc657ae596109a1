using System.Collections;
using Baton.Core.Engine;
using Baton.Core.Scheduling;
using Baton.Engine.Torch.Native;
using static TorchSharp.torch;

namespace Baton.Engine.Torch.Runner;

/// <summary>
/// KV between a device's memory, where steps read and write it, and the worker's KV memory, where the data plane does. A block
/// has the same number in both. Copies end before the calls return.
/// </summary>
internal sealed class KvCopies : IDisposable
{
    private readonly Tensor _device;
    private readonly Tensor _host;
    private readonly long _rowsPerBlock;
    private readonly int _layers;

    // Blocks that are the same in both: a prefix that many prompts share is handed over often and brought out once.
    private readonly BitArray _equal;

    /// <param name="device">All blocks on the device, [blocks * rows of a block, ...].</param>
    /// <param name="memory">The worker's KV memory.</param>
    /// <param name="blocks">How many blocks.</param>
    /// <param name="layers">Layers of a block.</param>
    public KvCopies(Tensor device, IKvMemory memory, int blocks, int layers)
    {
        (_device, _layers) = (device, layers);
        _host = Blob.Over(memory.Address, device.dtype, device.shape);
        _rowsPerBlock = device.shape[0] / blocks;
        _equal = new BitArray(blocks);
    }

    /// <summary>A step is going to write into blocks.</summary>
    public void Written(BatchPlan plan)
    {
        for (var i = 0; i < plan.Entries.Count; i++)
        {
            var entry = plan.Entries[i];
            var last = (entry.FirstPosition + entry.Count - 1) / TorchModel.BlockTokens;
            for (var b = entry.FirstPosition / TorchModel.BlockTokens; b <= last; b++)
                _equal[entry.Sequence.Blocks[b]] = false;
        }
    }

    public void Export(ReadOnlySpan<int> blocks, LayerRange layers)
    {
        if (layers.Count < _layers)
        {
            ExportLayers(blocks, layers);
            return;
        }

        for (var first = 0; first < blocks.Length;)
        {
            if (_equal[blocks[first]])
            {
                first++;
                continue;
            }

            var count = Run(blocks, first, untilEqual: true);
            Copy(_device, _host, blocks[first] * _rowsPerBlock, count * _rowsPerBlock);
            Mark(blocks.Slice(first, count));
            first += count;
        }
    }

    public void Import(ReadOnlySpan<int> blocks)
    {
        for (int first = 0, count; first < blocks.Length; first += count)
        {
            count = Run(blocks, first, untilEqual: false);
            Copy(_host, _device, blocks[first] * _rowsPerBlock, count * _rowsPerBlock);
            Mark(blocks.Slice(first, count));
        }
    }

    public void Dispose() => _host.Dispose();

    private void ExportLayers(ReadOnlySpan<int> blocks, LayerRange layers)
    {
        var rows = _rowsPerBlock / _layers;
        foreach (var block in blocks)
        {
            if (!_equal[block])
                Copy(_device, _host, (block * _rowsPerBlock) + (layers.First * rows), layers.Count * rows);
        }
    }

    // Neighbours in the table that are neighbours in memory go in one copy.
    private int Run(ReadOnlySpan<int> blocks, int first, bool untilEqual)
    {
        var count = 1;
        while (first + count < blocks.Length
            && blocks[first + count] == blocks[first] + count
            && !(untilEqual && _equal[blocks[first + count]]))
        {
            count++;
        }

        return count;
    }

    private static void Copy(Tensor from, Tensor to, long row, long rows)
    {
        using var scope = NewDisposeScope();
        to.narrow(0, row, rows).copy_(from.narrow(0, row, rows));
    }

    private void Mark(ReadOnlySpan<int> blocks)
    {
        foreach (var block in blocks)
            _equal[block] = true;
    }
}
