using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Baton.Silo.Handoff;

/// <summary>
/// What both ends of a byte channel compute over a body. Each block is folded like Fletcher's checksum (1982), in eight
/// lanes of 64 bits: one sum of its words and one of those sums, so that what is changed, moved or missing changes it.
/// XXH3 of the two sums, seeded with that of the block before, is the checksum; block by block, because the two ends do
/// not cut bodies into the same runs. XXH3 of the blocks themselves took a seventh of the processor time of a transfer.
/// </summary>
internal struct KvChecksum
{
    /// <summary>The checksum of what was appended.</summary>
    public ulong Value { get; private set; }

    /// <param name="blocks">Blocks, or the same layers of each, one behind the other.</param>
    /// <param name="blockBytes">The size of each.</param>
    public void Append(ReadOnlySpan<byte> blocks, int blockBytes)
    {
        for (; blocks.Length > 0; blocks = blocks[blockBytes..])
            Value = Fold(blocks[..blockBytes], Value);
    }

    private static ulong Fold(ReadOnlySpan<byte> block, ulong seed)
    {
        var (sum, sums) = (Vector512<ulong>.Zero, Vector512<ulong>.Zero);
        foreach (var words in MemoryMarshal.Cast<byte, Vector512<ulong>>(block))
        {
            sum += words;
            sums += sum;
        }
        var rest = block[^(block.Length % Vector512<byte>.Count)..];
        Span<byte> folded = stackalloc byte[3 * Vector512<byte>.Count];
        sum.AsByte().CopyTo(folded);
        sums.AsByte().CopyTo(folded[Vector512<byte>.Count..]);
        rest.CopyTo(folded[(2 * Vector512<byte>.Count)..]);
        return XxHash3.HashToUInt64(folded[..(2 * Vector512<byte>.Count + rest.Length)], (long)seed);
    }
}
