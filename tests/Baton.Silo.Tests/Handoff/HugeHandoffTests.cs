using Baton.Core.Engine;
using Baton.Silo.Handoff;
using Baton.Silo.Tests.Support;

namespace Baton.Silo.Tests.Handoff;

[Collection(Alone.Name)]
public sealed class HugeHandoffTests
{
    private const int HeapBytes = 16 << 20;

    // 96 of its blocks are a gibibyte.
    private static readonly KvLayout _layout = new(16, 684 << 10, "huge", Layers: 4);

    [Theory]
    [InlineData(KvPlaneMode.Shm)]
    [InlineData(KvPlaneMode.Tcp)]
    public async Task Handoff_OfAGibibyte_PassesThroughTheWindowAndLeavesTheHeapAlone(KvPlaneMode mode)
    {
        Assert.True((long)HandoffRig.Pool * _layout.BlockBytes >= 1L << 30);
        if (mode == KvPlaneMode.Shm && new DriveInfo(HandoffRig.SharedDirectory).AvailableFreeSpace < 2L << 30)
            Assert.Skip($"{HandoffRig.SharedDirectory} has no room for a pool of a gibibyte.");
        var options = new KvExporterOptions();
        await using var rig = new HandoffRig(mode, options, _layout, isShared: mode == KvPlaneMode.Shm);
        var (from, to) = (rig.Shuffled(), rig.Shuffled());
        var most = 0L;
        var publish = rig.Publish;
        rig.Publish = (worker, descriptor, cancelled) =>
        {
            most = Math.Max(most, rig.Exporter.Stats.UnackedBytes);
            return publish(worker, descriptor, cancelled);
        };
        var key = HandoffRig.Key(0);
        rig.Importer.Expect(key, to, 0, HandoffRig.Pool * _layout.BlockTokens);
        rig.Exporter.Open(key, HandoffRig.Target());
        var allocated = GC.GetTotalAllocatedBytes(precise: true);

        rig.Exporter.Produced(HandoffRig.Produced(key, from));

        Assert.StartsWith("landed", await rig.Arrived(key), StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - allocated, 0, HeapBytes);
        Assert.InRange(most, options.WindowBytes / 2, options.WindowBytes);
        rig.AssertCopied(from, to);
    }
}
