using System.Runtime.InteropServices;
using Baton.Core.Engine;
using Baton.Core.Scheduling;

namespace Baton.Engine.Simulated;

/// <summary>
/// Reads and writes simulated KV, [layer][token of the block]: the slot of a position holds in every layer, over its whole
/// length, a hash of all tokens up to it.
/// </summary>
internal sealed unsafe class SimulatedKv
{
    private readonly KvLayout _layout;
    private readonly IKvMemory _memory;
    private readonly int _slotBytes;

    public SimulatedKv(KvLayout layout, IKvMemory memory)
    {
        if (layout.BytesPerToken < 1 || layout.BytesPerToken % (sizeof(ulong) * layout.Layers) != 0)
            throw new ArgumentException("A position takes a multiple of 8 bytes in each layer.", nameof(layout));
        _layout = layout;
        _memory = memory;
        _slotBytes = layout.BytesPerToken / layout.Layers;
        Blocks = (int)Math.Min(int.MaxValue, memory.Bytes / layout.BlockBytes);
    }

    /// <summary>Blocks that fit the memory.</summary>
    public int Blocks { get; }

    /// <summary>Writes one layer of an entry's positions, each on top of the one before it as it is in memory.</summary>
    public void Write(BatchEntry entry, int layer)
    {
        Sequence sequence = entry.Sequence;
        int position = entry.FirstPosition;
        ulong hash = position == 0 ? SlotHash.Start : Slot(sequence, position - 1, layer)[0];
        for (int i = 0; i < entry.Count; i++, position++)
        {
            hash = SlotHash.Mix(hash, (ulong)sequence.Tokens[position]);
            Slot(sequence, position, layer).Fill(hash);
        }
    }

    /// <summary>
    /// Folds the sequence's KV: of each block one slot of one layer, another at each length so that in time all are read,
    /// and the last position's in every layer; of each slot both ends. What is missing, stale or torn changes the outcome.
    /// </summary>
    public ulong Fold(Sequence sequence)
    {
        int length = sequence.Length;
        int step = _layout.BlockTokens;
        ulong hash = SlotHash.Start;
        for (int first = 0; first < length; first += step)
        {
            int position = Math.Min(first + length % step, length - 1);
            hash = FoldSlot(hash, Slot(sequence, position, (length + first) / step % _layout.Layers));
        }

        for (int layer = 0; layer < _layout.Layers; layer++)
            hash = FoldSlot(hash, Slot(sequence, length - 1, layer));
        return hash;
    }

    private static ulong FoldSlot(ulong hash, ReadOnlySpan<ulong> slot) =>
        SlotHash.Mix(SlotHash.Mix(hash, slot[0]), slot[^1]);

    private Span<ulong> Slot(Sequence sequence, int position, int layer)
    {
        int block = sequence.Blocks[position / _layout.BlockTokens];
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)block, (uint)Blocks);
        long offset = (long)block * _layout.BlockBytes
            + (long)layer * _layout.LayerBytes
            + (long)(position % _layout.BlockTokens) * _slotBytes;
        var bytes = new Span<byte>((byte*)_memory.Address + offset, _slotBytes);
        return MemoryMarshal.Cast<byte, ulong>(bytes);
    }
}
