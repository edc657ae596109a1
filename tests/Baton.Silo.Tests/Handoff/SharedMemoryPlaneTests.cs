using Baton.Contracts.Handoff;
using Baton.Silo.Handoff;
using Baton.Silo.Memory;

namespace Baton.Silo.Tests.Handoff;

public sealed class SharedMemoryPlaneTests
{
    private static readonly int[] _from = [1, 2, 3, 9, 8];
    private static readonly int[] _to = [5, 6, 7, 8, 1];

    [Fact]
    public async Task Pull_WhileTheLeaseHolds_CopiesEveryBlock()
    {
        await using var rig = new HandoffRig();
        var lease = rig.Leases.Open(rig.SourcePool)!;

        Assert.Null(await Pull(rig, Descriptor(rig, lease)));
        rig.AssertCopied(_from, _to);
    }

    [Fact]
    public async Task Pull_LeaseEndsWhileItCopies_Fails()
    {
        await using var rig = new HandoffRig();
        var lease = rig.Leases.Open(rig.SourcePool)!;

        Assert.Equal(KvFailure.Lease, await Pull(rig, Descriptor(rig, lease), () => lease.End(() => { })));
    }

    [Fact]
    public async Task Pull_LeaseOfAnEarlierHandoff_Fails()
    {
        await using var rig = new HandoffRig();
        var lease = rig.Leases.Open(rig.SourcePool)!;
        var descriptor = Descriptor(rig, lease);
        lease.End(() => { });
        Assert.Equal(lease.Word, rig.Leases.Open(rig.SourcePool)!.Word);

        Assert.Equal(KvFailure.Lease, await Pull(rig, descriptor));
        Assert.True(HandoffRig.Bytes(rig.Destination).IndexOfAnyExcept((byte)0) < 0);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(HandoffRig.Pool)]
    [InlineData(int.MaxValue)]
    public async Task Pull_BlockOutsideThePool_Fails(int block)
    {
        await using var rig = new HandoffRig();
        var descriptor = Descriptor(rig, rig.Leases.Open(rig.SourcePool)!);

        Assert.Equal(KvFailure.Range, await Pull(rig, descriptor with { Blocks = [1, 2, 3, 9, block] }));
    }

    [Fact]
    public async Task Pull_Cancelled_CopiesNothing()
    {
        await using var rig = new HandoffRig();
        await using var plane = NewPlane();
        var descriptor = Descriptor(rig, rig.Leases.Open(rig.SourcePool)!);
        var pool = rig.SourcePool with { Memory = rig.Destination };

        Assert.Equal(
            KvFailure.Cancelled, await plane.Pull(new KvPull(descriptor, pool, _to, () => { }, new CancellationToken(true))));
        Assert.True(HandoffRig.Bytes(rig.Destination).IndexOfAnyExcept((byte)0) < 0);
    }

    private static async Task<string?> Pull(HandoffRig rig, KvDescriptor descriptor, Action? progress = null)
    {
        await using var plane = NewPlane();
        Assert.True(plane.Reaches(descriptor.Source));
        var pool = rig.SourcePool with { Memory = rig.Destination };
        return await plane.Pull(new KvPull(descriptor, pool, _to, progress ?? (() => { }), CancellationToken.None));
    }

    private static SharedMemoryPlane NewPlane() =>
        new(new KvPlaneOptions { HostId = "host", ClusterSecret = HandoffRig.Secret }, new KvMappings());

    private static KvDescriptor Descriptor(HandoffRig rig, KvLease lease) => new()
    {
        Key = HandoffRig.Key(0),
        Number = 0,
        Source = rig.SourcePool.Location,
        LeaseId = lease.Id,
        LeaseWord = lease.Word,
        FirstBlock = 0,
        Blocks = _from,
        Layers = HandoffRig.Layout.AllLayers,
        Fingerprint = HandoffRig.Layout.Fingerprint,
        Last = true,
    };
}
