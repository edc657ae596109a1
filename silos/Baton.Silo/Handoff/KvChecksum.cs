using System.IO.Hashing;

namespace Baton.Silo.Handoff;

/// <summary>
/// What both ends of a byte channel compute over a body: XXH3 of each block, seeded with that of the block before it.
/// Block by block, because the two ends do not cut bodies into the same runs.
/// </summary>
internal struct KvChecksum
{
    /// <summary>The checksum of what was appended.</summary>
    public ulong Value { get; private set; }

    /// <param name="blocks">Whole blocks, one behind the other.</param>
    /// <param name="blockBytes">The size of each.</param>
    public void Append(ReadOnlySpan<byte> blocks, int blockBytes)
    {
        for (; blocks.Length > 0; blocks = blocks[blockBytes..])
            Value = XxHash3.HashToUInt64(blocks[..blockBytes], (long)Value);
    }
}
