using System.Runtime.InteropServices;
using Baton.Core.Engine;
using Baton.Core.Scheduling;

namespace Baton.Engine.Simulated;

/// <summary>
/// Reads and writes simulated KV: the slot of a position holds, over its whole length, a hash of all tokens up to it.
/// </summary>
internal sealed unsafe class SimulatedKv
{
    private readonly KvLayout _layout;
    private readonly IKvMemory _memory;

    public SimulatedKv(KvLayout layout, IKvMemory memory)
    {
        if (layout.BytesPerToken < sizeof(ulong) || layout.BytesPerToken % sizeof(ulong) != 0)
            throw new ArgumentException("A position takes a multiple of 8 bytes.", nameof(layout));
        _layout = layout;
        _memory = memory;
        Blocks = (int)Math.Min(int.MaxValue, memory.Bytes / layout.BlockBytes);
    }

    /// <summary>Blocks that fit the memory.</summary>
    public int Blocks { get; }

    /// <summary>Writes the positions of an entry, each on top of the one before it as it is in memory.</summary>
    public void Write(BatchEntry entry)
    {
        Sequence sequence = entry.Sequence;
        int position = entry.FirstPosition;
        ulong hash = position == 0 ? SlotHash.Start : Slot(sequence, position - 1)[0];
        for (int i = 0; i < entry.Count; i++, position++)
        {
            hash = SlotHash.Mix(hash, (ulong)sequence.Tokens[position]);
            Slot(sequence, position).Fill(hash);
        }
    }

    /// <summary>
    /// Folds the sequence's KV: of each block one slot, another at each length so that in time all are read, and the
    /// last position's; of each slot both ends. A block that is missing, stale or torn changes the outcome.
    /// </summary>
    public ulong Fold(Sequence sequence)
    {
        int length = sequence.Length;
        int step = _layout.BlockTokens;
        ulong hash = SlotHash.Start;
        for (int first = 0; first < length; first += step)
            hash = FoldSlot(hash, Slot(sequence, Math.Min(first + length % step, length - 1)));
        return FoldSlot(hash, Slot(sequence, length - 1));
    }

    private static ulong FoldSlot(ulong hash, ReadOnlySpan<ulong> slot) =>
        SlotHash.Mix(SlotHash.Mix(hash, slot[0]), slot[^1]);

    private Span<ulong> Slot(Sequence sequence, int position)
    {
        int block = sequence.Blocks[position / _layout.BlockTokens];
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)block, (uint)Blocks);
        long offset = (long)block * _layout.BlockBytes
            + (long)(position % _layout.BlockTokens) * _layout.BytesPerToken;
        var bytes = new Span<byte>((byte*)_memory.Address + offset, _layout.BytesPerToken);
        return MemoryMarshal.Cast<byte, ulong>(bytes);
    }
}
