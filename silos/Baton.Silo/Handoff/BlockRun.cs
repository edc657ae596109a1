namespace Baton.Silo.Handoff;

/// <summary>Bytes of neighbouring blocks: the unit in which pools are read and written.</summary>
internal readonly record struct BlockRun(long Offset, int Bytes)
{
    /// <summary>Bound of a run, but a block is never cut: what stays in a core's cache between two passes over it.</summary>
    public const int MostBytes = 1 << 20;

    /// <summary>The runs of <paramref name="blocks"/> in their order.</summary>
    public static IEnumerable<BlockRun> Of(int[] blocks, int blockBytes)
    {
        for (var i = 0; i < blocks.Length;)
        {
            var length = 1;
            while (i + length < blocks.Length
                && blocks[i + length] == blocks[i] + length
                && (length + 1L) * blockBytes <= MostBytes)
            {
                length++;
            }
            yield return new((long)blocks[i] * blockBytes, length * blockBytes);
            i += length;
        }
    }
}
