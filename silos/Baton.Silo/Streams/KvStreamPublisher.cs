using Baton.Contracts.Handoff;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams;

namespace Baton.Silo.Streams;

/// <summary>Publishes descriptors from outside a grain; waits while the silo's queue is full.</summary>
public sealed class KvStreamPublisher(IServiceProvider services)
{
    // Resolved late: the provider starts with the silo, after the singletons are made.
    private readonly Lazy<IStreamProvider> _streams =
        new(() => services.GetRequiredKeyedService<IStreamProvider>(KvStream.Provider));

    public async ValueTask Publish(string decodeWorker, KvDescriptor[] descriptors, CancellationToken cancellationToken)
    {
        var stream = _streams.Value.GetStream<KvDescriptor>(KvStream.To(decodeWorker));
        await stream.OnNextBatchAsync(descriptors).WaitAsync(cancellationToken);
    }
}
