using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Baton.Contracts.Handoff;
using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace Baton.Silo.Streams;

/// <summary>The one bounded queue of a silo, between its prefill workers and its pulling agent.</summary>
internal sealed class KvQueue(int capacity)
{
    private readonly Channel<(StreamId Stream, KvDescriptor[] Descriptors)> _events =
        Channel.CreateBounded<(StreamId, KvDescriptor[])>(
            new BoundedChannelOptions(capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private long _taken;

    public static QueueId Id { get; } = QueueId.GetQueueId(KvStream.Provider, 0, 0);

    public bool IsEmpty => _events.Reader.Count == 0;

    public ValueTask Add(StreamId stream, KvDescriptor[] descriptors) => _events.Writer.WriteAsync((stream, descriptors));

    public ValueTask<bool> WaitToTake(CancellationToken cancellationToken) =>
        _events.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>
    /// For one reader. Numbers what it takes: the agent's cache loses a stream whose events do not come in the order of
    /// their numbers, and writers that took numbers could pass each other on the way into the queue.
    /// </summary>
    public bool TryTake([NotNullWhen(true)] out IBatchContainer? batch)
    {
        batch = null;
        if (!_events.Reader.TryRead(out var next))
            return false;
        batch = new KvBatchContainer(next.Stream, next.Descriptors, new EventSequenceTokenV2(++_taken));
        return true;
    }
}
