namespace Baton.Silo.Handoff;

/// <summary>Bytes of neighbouring blocks: the unit in which pools are read and written.</summary>
internal readonly record struct BlockRun(long Offset, int Bytes)
{
    /// <summary>The runs of <paramref name="blocks"/> in their order, none longer than a block or the bound.</summary>
    public static IEnumerable<BlockRun> Of(int[] blocks, int blockBytes, int mostBytes)
    {
        for (var i = 0; i < blocks.Length;)
        {
            var length = 1;
            while (i + length < blocks.Length
                && blocks[i + length] == blocks[i] + length
                && (length + 1L) * blockBytes <= mostBytes)
            {
                length++;
            }
            yield return new((long)blocks[i] * blockBytes, length * blockBytes);
            i += length;
        }
    }
}
