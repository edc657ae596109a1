using Baton.Core.Engine;

namespace Baton.Silo.Handoff;

/// <summary>What a descriptor covers: some layers of some blocks of a pool, in the order in which they are sent.</summary>
internal sealed record KvSpan(int[] Blocks, LayerRange Layers)
{
    public int BytesPerBlock(KvLayout layout) => Layers.Count * layout.LayerBytes;

    public long Bytes(KvLayout layout) => (long)Blocks.Length * BytesPerBlock(layout);

    /// <summary>Blocks of which one run can be made: whole ones only, up to its bound.</summary>
    public int MostBlocksOfRun(KvLayout layout) =>
        Layers == layout.AllLayers ? Math.Max(1, BlockRun.MostBytes / layout.BlockBytes) : 1;

    /// <summary>The bytes of so many blocks from a place on, which must be neighbours in the pool.</summary>
    public BlockRun Run(KvLayout layout, int at, int count) => new(
        ((long)Blocks[at] * layout.BlockBytes) + ((long)Layers.First * layout.LayerBytes),
        count * BytesPerBlock(layout));

    /// <summary>All bytes, in order.</summary>
    public IEnumerable<BlockRun> Runs(KvLayout layout)
    {
        var most = MostBlocksOfRun(layout);
        for (var at = 0; at < Blocks.Length;)
        {
            var count = 1;
            while (count < most && at + count < Blocks.Length && Blocks[at + count] == Blocks[at] + count)
                count++;
            yield return Run(layout, at, count);
            at += count;
        }
    }
}
