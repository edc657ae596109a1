using System.Collections.Concurrent;
using System.Diagnostics;
using Baton.Core.Engine;
using Baton.Silo.Handoff;

namespace Baton.Silo.Tests.Handoff;

public sealed class KvTraceTests
{
    [Fact]
    public async Task Handoff_Landed_IsASpan()
    {
        var key = new SequenceKey($"traced-{Guid.NewGuid():n}", 1, 3);
        using var spans = new Spans(key.RequestId);
        await using var rig = new HandoffRig();
        rig.Importer.Expect(key, [1, 2], 0, 32);
        rig.Exporter.Open(key, HandoffRig.Target());
        rig.Exporter.Produced(HandoffRig.Produced(key, [3, 4]));
        Assert.StartsWith("landed", await rig.Arrived(key), StringComparison.Ordinal);

        var span = Assert.Single(spans.Ended);
        Assert.Equal("kv.handoff", span.OperationName);
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
        Assert.Equal("prefill-0", span.GetTagItem("baton.kv.producer"));
        Assert.Equal("tcp", span.GetTagItem("baton.kv.plane"));
        Assert.Equal(2048L, span.GetTagItem("baton.kv.bytes"));
        Assert.Equal(3, span.GetTagItem("baton.sequence.epoch"));
    }

    [Fact]
    public async Task Handoff_Failed_IsASpanWithTheReason()
    {
        var key = new SequenceKey($"traced-{Guid.NewGuid():n}", 0, 1);
        using var spans = new Spans(key.RequestId);
        await using var rig = new HandoffRig();
        await using var peer = await HalfPeer.Start();
        rig.Importer.Expect(key, [1, 2], 0, 32);
        rig.Importer.Enqueue(peer.Descriptor(key));
        rig.Importer.PeerGone(HalfPeer.Worker);
        Assert.Equal(KvFailure.PeerGone, await rig.Arrived(key));

        var span = Assert.Single(spans.Ended);
        Assert.Equal((ActivityStatusCode.Error, KvFailure.PeerGone), (span.Status, span.StatusDescription));
    }

    /// <summary>Spans of one request: other tests hand over at the same time.</summary>
    private sealed class Spans : IDisposable
    {
        private readonly ActivityListener _listener;

        public Spans(string requestId)
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == KvTrace.SourceName,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStopped = span =>
                {
                    if (Equals(span.GetTagItem("baton.request.id"), requestId))
                        Ended.Enqueue(span);
                },
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public ConcurrentQueue<Activity> Ended { get; } = [];

        public void Dispose() => _listener.Dispose();
    }
}
