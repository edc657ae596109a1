using Baton.Contracts.Handoff;
using Baton.Core.Engine;
using Baton.Silo.Handoff;

namespace Baton.Silo.Tests.Handoff;

public sealed class HandoffTests
{
    [Theory]
    [InlineData(KvPlaneMode.Auto, "shm")]
    [InlineData(KvPlaneMode.Shm, "shm")]
    [InlineData(KvPlaneMode.Tcp, "tcp")]
    [InlineData(KvPlaneMode.Uds, "uds")]
    public async Task Handoff_ScatteredBlocksInChunks_LandsEveryByte(KvPlaneMode mode, string plane)
    {
        await using var rig = new HandoffRig(mode, new KvExporterOptions { MaxDescriptorBytes = 3 * 1024 });
        var key = HandoffRig.Key(0);
        var from = rig.Shuffled()[..24];
        var to = rig.Shuffled()[..24];
        Assert.True(rig.Importer.Expect(key, to, 0, 24 * 16 - 3));
        Assert.True(rig.Exporter.Open(key, HandoffRig.Target()));

        rig.Exporter.Produced(HandoffRig.Produced(key, from[..10], 0, isLast: false));
        rig.Exporter.Produced(HandoffRig.Produced(key, from[10..], 10));

        Assert.Equal($"landed 7 {plane}", await rig.Arrived(key));
        Assert.Equal(new HandoffEnd(HandoffOutcome.Landed, null, 24 * 1024), await rig.Released(key));
        rig.AssertCopied(from, to);
        Assert.Equal(0, rig.Exporter.Stats.UnackedBytes);
        Assert.Equal(0, rig.Leases.Count);
    }

    [Theory]
    [InlineData(KvPlaneMode.Shm)]
    [InlineData(KvPlaneMode.Tcp)]
    [InlineData(KvPlaneMode.Uds)]
    public async Task Handoff_LayersOfAChunkOneAfterTheOther_LandsEveryByte(KvPlaneMode mode)
    {
        await using var rig = new HandoffRig(mode, new KvExporterOptions { MaxDescriptorBytes = 3 * 1024 });
        var key = HandoffRig.Key(0);
        var from = rig.Shuffled()[..24];
        var to = rig.Shuffled()[..24];
        rig.Importer.Expect(key, to, 32, 24 * 16 - 3);
        rig.Exporter.Open(key, HandoffRig.Target(32));

        foreach (var (first, end) in new[] { (0, 10), (10, 24) })
        {
            LayerRange[] groups = [new(0, 1), new(1, 2), new(3, 1)];
            foreach (var layers in groups)
                rig.Exporter.Produced(HandoffRig.Produced(key, from[first..end], first, end == 24 && layers.End == 4, layers));
        }

        Assert.StartsWith("landed 7", await rig.Arrived(key), StringComparison.Ordinal);
        Assert.Equal(new HandoffEnd(HandoffOutcome.Landed, null, 22 * 1024), await rig.Released(key));
        rig.AssertCopied(from[2..], to[2..]);
        Assert.Equal(0, rig.Exporter.Stats.UnackedBytes);
    }

    [Fact]
    public async Task Auto_PrivatePool_GoesByTcp()
    {
        await using var rig = new HandoffRig(KvPlaneMode.Auto, isShared: false);
        var key = HandoffRig.Key(0);
        rig.Importer.Expect(key, [5], 0, 16);
        rig.Exporter.Open(key, HandoffRig.Target());
        rig.Exporter.Produced(HandoffRig.Produced(key, [9]));

        Assert.Equal("landed 7 tcp", await rig.Arrived(key));
        rig.AssertCopied([9], [5]);
    }

    [Fact]
    public async Task Handoff_PrefixCachedAtTarget_SendsTheRest()
    {
        await using var rig = new HandoffRig();
        var key = HandoffRig.Key(0);
        rig.Importer.Expect(key, [1, 2, 3, 4], 32, 64);
        rig.Exporter.Open(key, HandoffRig.Target(32));
        rig.Exporter.Produced(HandoffRig.Produced(key, [10, 11, 12, 13]));

        Assert.Equal("landed 7 tcp", await rig.Arrived(key));
        Assert.Equal(2 * 1024, (await rig.Released(key)).Bytes);
        rig.AssertCopied([12, 13], [3, 4]);
        Assert.True(HandoffRig.Bytes(rig.Destination).Slice(1024, 2048).IndexOfAnyExcept((byte)0) < 0);
    }

    [Fact]
    public async Task Handoff_AllCachedAtTarget_OneEmptyDescriptorCarriesTheToken()
    {
        await using var rig = new HandoffRig();
        var key = HandoffRig.Key(0);
        rig.Importer.Expect(key, [1, 2], 32, 32);
        rig.Exporter.Open(key, HandoffRig.Target(32));
        rig.Exporter.Produced(HandoffRig.Produced(key, [10, 11]));

        Assert.Equal("landed 7 none", await rig.Arrived(key));
        Assert.Equal(HandoffOutcome.Landed, (await rig.Released(key)).Outcome);
    }

    [Theory]
    [InlineData(KvPlaneMode.Shm)]
    [InlineData(KvPlaneMode.Tcp)]
    public async Task Handoffs_ManyAtOnceUnderASmallWindow_AllLand(KvPlaneMode mode)
    {
        var options = new KvExporterOptions { MaxDescriptorBytes = 2048, WindowBytes = 4096 };
        await using var rig = new HandoffRig(mode, options);
        var (from, to) = (rig.Shuffled(), rig.Shuffled());
        for (var i = 0; i < 24; i++)
        {
            rig.Importer.Expect(HandoffRig.Key(i), to[(4 * i)..(4 * i + 4)], 0, 64);
            rig.Exporter.Open(HandoffRig.Key(i), HandoffRig.Target());
        }
        Parallel.For(0, 24, i =>
            rig.Exporter.Produced(HandoffRig.Produced(HandoffRig.Key(i), from[(4 * i)..(4 * i + 4)])));

        for (var i = 0; i < 24; i++)
            Assert.StartsWith("landed", await rig.Arrived(HandoffRig.Key(i)), StringComparison.Ordinal);
        rig.AssertCopied(from, to);
    }

    [Fact]
    public async Task Window_FullAndThenAborted_LetsTheNextThrough()
    {
        await using var rig = new HandoffRig(exporter: new KvExporterOptions { WindowBytes = 1024 });
        var published = new List<SequenceKey>();
        var second = new TaskCompletionSource();
        rig.Publish = (_, d, _) =>
        {
            published.Add(d.Key);
            if (d.Key == HandoffRig.Key(1))
                second.SetResult();
            return ValueTask.CompletedTask;
        };
        rig.Exporter.Open(HandoffRig.Key(0), HandoffRig.Target());
        rig.Exporter.Open(HandoffRig.Key(1), HandoffRig.Target());
        rig.Exporter.Produced(HandoffRig.Produced(HandoffRig.Key(0), [0]));
        rig.Exporter.Produced(HandoffRig.Produced(HandoffRig.Key(1), [1]));
        rig.Exporter.Abort(HandoffRig.Key(0));

        await second.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Equal(HandoffOutcome.Aborted, (await rig.Released(HandoffRig.Key(0))).Outcome);
    }

    [Fact]
    public async Task Produced_SequenceEndedWithTokenOne_NothingIsHandedOver()
    {
        await using var rig = new HandoffRig();
        var key = HandoffRig.Key(0);
        rig.Exporter.Open(key, HandoffRig.Target());
        rig.Exporter.Produced(HandoffRig.Produced(key, [1]) with { Finish = FinishReason.Stop });

        Assert.Equal(HandoffOutcome.Finished, (await rig.Released(key)).Outcome);
        Assert.False(rig.Exporter.Produced(HandoffRig.Produced(key, [1])));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Produced_EndedWithTokenOneWhileDecodeReads_KeepsTheLeaseUntilItHasRead(bool aborted)
    {
        await using var rig = new HandoffRig(exporter: new KvExporterOptions { MaxDescriptorBytes = HandoffRig.Layout.BlockBytes, WindowBytes = 1 });
        var key = HandoffRig.Key(0);
        var published = new TaskCompletionSource<KvDescriptor>();
        rig.Publish = (_, d, _) =>
        {
            published.SetResult(d);
            return ValueTask.CompletedTask;
        };
        rig.Exporter.Open(key, HandoffRig.Target());
        rig.Exporter.Produced(HandoffRig.Produced(key, [1, 2], isLast: false));
        var descriptor = await published.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        rig.Exporter.Produced(HandoffRig.Produced(key, []) with { Finish = FinishReason.Stop });

        Assert.NotNull(rig.Leases.Find(descriptor.LeaseId)?.Span(descriptor.Number));
        if (aborted)
            rig.Exporter.Abort(key);
        else
            rig.Exporter.Acknowledge(new KvAck(key, descriptor.Number, null));
        Assert.Equal(HandoffOutcome.Finished, (await rig.Released(key)).Outcome);
        Assert.Equal(0, rig.Exporter.Stats.UnackedBytes);
    }

    [Fact]
    public async Task Open_TooManyOrTwice_IsRefused()
    {
        await using var rig = new HandoffRig(exporter: new KvExporterOptions { MaxOpen = 1 });

        Assert.True(rig.Exporter.Open(HandoffRig.Key(0), HandoffRig.Target()));
        Assert.False(rig.Exporter.Open(HandoffRig.Key(0), HandoffRig.Target()));
        Assert.False(rig.Exporter.Open(HandoffRig.Key(1), HandoffRig.Target()));
        Assert.Equal(2, rig.Exporter.Stats.Refused);
    }
}
