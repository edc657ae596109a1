using System.Threading.Channels;
using Orleans.Streams;

namespace Baton.Silo.Streams;

/// <summary>The one bounded queue of a silo, between its prefill workers and its pulling agent.</summary>
internal sealed class KvQueue(int capacity)
{
    public static QueueId Id { get; } = QueueId.GetQueueId(KvStream.Provider, 0, 0);

    private readonly Channel<IBatchContainer> _events = Channel.CreateBounded<IBatchContainer>(
        new BoundedChannelOptions(capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    public ChannelReader<IBatchContainer> Reader => _events.Reader;

    public ValueTask Add(IBatchContainer batch) => _events.Writer.WriteAsync(batch);
}
