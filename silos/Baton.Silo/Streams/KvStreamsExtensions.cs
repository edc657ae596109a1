using Baton.Silo.Handoff;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Streams;

namespace Baton.Silo.Streams;

/// <summary>Adds the KV stream to a silo.</summary>
public static class KvStreamsExtensions
{
    // Only what passes between two long polls, or after one that came back empty.
    private static readonly TimeSpan _timer = TimeSpan.FromMilliseconds(1);

    public static ISiloBuilder AddKvStreams(this ISiloBuilder silo, Action<KvStreamOptions>? configure = null)
    {
        silo.Services.AddOptions<KvStreamOptions>().Configure(o => configure?.Invoke(o));
        silo.Services.TryAddSingleton<KvImporters>();
        silo.Services.TryAddSingleton<KvStreamPublisher>();
        return silo.AddPersistentStreams(KvStream.Provider, KvStreamProvider.Create, streams =>
        {
            streams.ConfigurePullingAgent(agent => agent.Configure<IOptions<KvStreamOptions>>((options, kv) =>
            {
                options.GetQueueMsgsTimerPeriod = _timer;
                options.BatchContainerBatchSize = kv.Value.DeliveryBatch;
                options.MaxEventDeliveryTime = kv.Value.MaxDeliveryTime;
            }));
            streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
            streams.ConfigurePartitionBalancing((_, _) => new LocalQueueBalancer());
        });
    }
}
