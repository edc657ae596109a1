using System.Net;
using System.Net.Sockets;
using Baton.Contracts;
using Baton.Contracts.Handoff;
using Baton.Core.Engine;
using Baton.Silo.Handoff;

namespace Baton.Silo.Tests.Handoff;

public sealed class KvFaultTests
{
    [Fact]
    public async Task Consumer_NeverAnswers_LeaseEndsAndBlocksAreReleasedOnce()
    {
        await using var rig = new HandoffRig();
        var published = New();
        rig.Publish = (_, _, _) =>
        {
            published.TrySetResult();
            return ValueTask.CompletedTask;
        };
        var key = HandoffRig.Key(0);
        rig.Exporter.Open(key, HandoffRig.Target());
        rig.Exporter.Produced(HandoffRig.Produced(key, [1, 2]));
        await Wait(published.Task);

        rig.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(rig.HasEnded(key));
        rig.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(new HandoffEnd(HandoffOutcome.LeaseExpired, KvFailure.Lease, 0), await rig.Released(key));
        rig.Exporter.Acknowledge(new KvAck(key, 0, null));
        rig.Exporter.Abort(key);
        rig.Exporter.Sweep(rig.Time.GetUtcNow());
        Assert.Equal(1, rig.Releases[key]);
        Assert.Equal(1, rig.Exporter.Stats.IgnoredAcks);
        Assert.Equal(0, rig.Exporter.Stats.UnackedBytes);
    }

    [Fact]
    public async Task Prefill_LongBetweenChunks_NoLeaseExpires()
    {
        await using var rig = new HandoffRig();
        var key = HandoffRig.Key(0);
        var acknowledged = New();
        var forward = rig.Acknowledge;
        rig.Acknowledge = async (w, acks) =>
        {
            await forward(w, acks);
            acknowledged.TrySetResult();
        };
        rig.Importer.Expect(key, [1, 2], 0, 32);
        rig.Exporter.Open(key, HandoffRig.Target());
        rig.Exporter.Produced(HandoffRig.Produced(key, [3], 0, isLast: false));
        await Wait(acknowledged.Task);

        rig.Time.Advance(TimeSpan.FromMinutes(5));
        rig.Exporter.Produced(HandoffRig.Produced(key, [4], 1));

        Assert.StartsWith("landed", await rig.Arrived(key), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TargetGone_FailsItsHandoffsAtOnce()
    {
        await using var rig = new HandoffRig();
        rig.Publish = (_, _, _) => ValueTask.CompletedTask;
        rig.Exporter.Open(HandoffRig.Key(0), HandoffRig.Target());
        rig.Exporter.Produced(HandoffRig.Produced(HandoffRig.Key(0), [1]));

        rig.Exporter.TargetGone(new WorkerId(HandoffRig.DecodeWorker, 2));
        Assert.Equal(1, rig.Exporter.Stats.Open);
        rig.Exporter.TargetGone(new WorkerId(HandoffRig.DecodeWorker, 1));

        Assert.Equal(KvFailure.PeerGone, (await rig.Released(HandoffRig.Key(0))).Reason);
    }

    [Fact]
    public async Task Publish_Throws_FailsThatHandoff()
    {
        await using var rig = new HandoffRig();
        rig.Publish = (_, _, _) => throw new InvalidOperationException("no stream");
        rig.Exporter.Open(HandoffRig.Key(0), HandoffRig.Target());
        rig.Exporter.Produced(HandoffRig.Produced(HandoffRig.Key(0), [1]));

        Assert.Equal(KvFailure.Publish, (await rig.Released(HandoffRig.Key(0))).Reason);
    }

    [Fact]
    public async Task Descriptor_OfUnknownSequenceOrEpoch_IsRefusedAndFreesTheProducer()
    {
        await using var rig = new HandoffRig();
        var key = HandoffRig.Key(0);
        rig.Importer.Expect(key with { Epoch = 2 }, [1], 0, 16);
        rig.Exporter.Open(key, HandoffRig.Target());
        rig.Exporter.Produced(HandoffRig.Produced(key, [1]));

        Assert.Equal(KvFailure.Unknown, (await rig.Released(key)).Reason);
        Assert.Equal(1, rig.Importer.Stats.Refused);
        Assert.Equal(1, rig.Importer.Stats.Expected);
    }

    [Fact]
    public async Task Descriptor_OutsideTheReservation_FailsIt()
    {
        await using var rig = new HandoffRig();
        var key = HandoffRig.Key(0);
        rig.Importer.Expect(key, [1, 2], 0, 32);
        rig.Exporter.Open(key, HandoffRig.Target());
        rig.Exporter.Produced(HandoffRig.Produced(key, [1, 2, 3]));

        Assert.Equal(KvFailure.Range, await rig.Arrived(key));
    }

    [Theory]
    [InlineData(KvPlaneMode.Shm)]
    [InlineData(KvPlaneMode.Tcp)]
    public async Task Descriptor_DeliveredAfterItsLease_Fails(KvPlaneMode mode)
    {
        await using var rig = new HandoffRig(mode);
        var published = new TaskCompletionSource<KvDescriptor>();
        rig.Publish = (_, d, _) =>
        {
            published.SetResult(d);
            return ValueTask.CompletedTask;
        };
        var key = HandoffRig.Key(0);
        rig.Importer.Expect(key, [1], 0, 16);
        rig.Exporter.Open(key, HandoffRig.Target());
        rig.Exporter.Produced(HandoffRig.Produced(key, [1]));
        var descriptor = await HandoffRig.Wait(published.Task);
        rig.Time.Advance(TimeSpan.FromSeconds(31));

        rig.Importer.Enqueue(descriptor);

        Assert.Equal(KvFailure.Lease, await rig.Arrived(key));
    }

    [Fact]
    public async Task Descriptor_FromAnotherIncarnation_IsRefusedWithoutHarm()
    {
        await using var rig = new HandoffRig();
        var (deliver, answer) = (rig.Publish, rig.Acknowledge);
        rig.Publish = async (w, d, c) =>
        {
            await deliver(w, d, c);
            if (d.Number == 0)
                rig.Importer.Enqueue(d with { Number = 5, Source = d.Source with { Worker = new("prefill-0", 2) } });
        };
        // An answer is for one life of a worker; whoever sends it sees to that.
        rig.Acknowledge = (w, acks) => w.Incarnation == 1 ? answer(w, acks) : ValueTask.CompletedTask;
        var key = HandoffRig.Key(0);
        rig.Importer.Expect(key, [1, 2], 0, 32);
        rig.Exporter.Open(key, HandoffRig.Target());
        rig.Exporter.Produced(HandoffRig.Produced(key, [3], 0, isLast: false));
        rig.Exporter.Produced(HandoffRig.Produced(key, [4], 1));

        Assert.StartsWith("landed", await rig.Arrived(key), StringComparison.Ordinal);
        Assert.Equal(1, rig.Importer.Stats.Refused);
    }

    [Fact]
    public async Task Producer_DiesMidPull_FailsPromptly()
    {
        await using var rig = new HandoffRig();
        await using var peer = await HalfPeer.Start();
        var key = await BeginPull(rig, peer);

        peer.Die();

        Assert.Equal(KvFailure.Connection, await rig.Arrived(key));
    }

    [Fact]
    public async Task Producer_HangsMidPull_FailsAtTheDeadline()
    {
        await using var rig = new HandoffRig();
        await using var peer = await HalfPeer.Start();
        var key = await BeginPull(rig, peer);

        // The half that was sent may still be on its way here, and counts as progress when it comes.
        var arrived = rig.Arrived(key);
        while (!arrived.IsCompleted)
        {
            rig.Time.Advance(TimeSpan.FromSeconds(16));
            await Task.Yield();
        }
        Assert.Equal(KvFailure.Timeout, await arrived);
    }

    [Fact]
    public async Task Forget_DuringATransfer_NothingIsWrittenAfterwards()
    {
        await using var rig = new HandoffRig();
        await using var peer = await HalfPeer.Start();
        var key = await BeginPull(rig, peer);

        await Wait(rig.Importer.Forget(key));
        HandoffRig.Bytes(rig.Destination).Fill(0xEE);
        await peer.SendRest();

        // The connection is in step again: a pull behind the forgotten one is answered on it.
        var next = HandoffRig.Key(1);
        rig.Importer.Expect(next, [5, 6], 0, 32);
        rig.Importer.Enqueue(peer.Descriptor(next));
        await peer.ServeWhole();
        Assert.StartsWith("landed", await rig.Arrived(next), StringComparison.Ordinal);
        Assert.Equal(1, peer.Connections);
        Assert.True(HandoffRig.Bytes(rig.Destination).Slice(1024, 2048).IndexOfAnyExcept((byte)0xEE) < 0);
        Assert.Equal(0, rig.Importer.Stats.Expected);
    }

    [Fact]
    public async Task Forget_TheTrailerNeverComes_DoesNotWaitForIt()
    {
        await using var rig = new HandoffRig();
        await using var peer = await HalfPeer.Start();
        var key = await BeginPull(rig, peer);
        await peer.SendRestOfBody();
        while (!peer.IsBody(HandoffRig.Bytes(rig.Destination).Slice(1024, 2048)))
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        await Wait(rig.Importer.Forget(key));

        Assert.Equal(0, rig.Importer.Stats.Expected);
    }

    [Fact]
    public async Task PeerGone_FailsWhatComesFromIt()
    {
        await using var rig = new HandoffRig();
        await using var peer = await HalfPeer.Start();
        var key = await BeginPull(rig, peer);

        rig.Importer.PeerGone(HalfPeer.Worker);

        Assert.Equal(KvFailure.PeerGone, await rig.Arrived(key));
    }

    [Fact]
    public async Task Pull_NobodyListens_Fails()
    {
        await using var rig = new HandoffRig();
        using var unused = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        unused.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var peer = await HalfPeer.Start();
        var key = HandoffRig.Key(0);
        rig.Importer.Expect(key, [1, 2], 0, 32);
        rig.Importer.Enqueue(peer.Descriptor(key, unused.LocalEndPoint!.ToString()));

        Assert.Equal(KvFailure.Connection, await rig.Arrived(key));
    }

    /// <summary>Two blocks are being pulled from a peer that has sent half of them.</summary>
    private static async Task<SequenceKey> BeginPull(HandoffRig rig, HalfPeer peer)
    {
        var key = HandoffRig.Key(0);
        rig.Importer.Expect(key, [1, 2], 0, 32);
        rig.Importer.Enqueue(peer.Descriptor(key));
        await Wait(peer.SentHalf.Task);
        return key;
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static Task Wait(Task task) =>
        task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
}
