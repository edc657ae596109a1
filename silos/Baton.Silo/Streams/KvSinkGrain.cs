using Baton.Contracts.Handoff;
using Baton.Grains.Placement;
using Baton.Silo.Handoff;
using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace Baton.Silo.Streams;

/// <summary>
/// Hands descriptors to the decode worker's importer and returns at once: delivery of a stream is stop-and-wait, so
/// nothing that takes time may happen here.
/// </summary>
[ImplicitStreamSubscription(KvStream.Namespace), Reentrant, Immovable, NodePlacement]
public sealed class KvSinkGrain(KvImporters importers)
    : Grain, IKvSinkGrain, IStreamSubscriptionObserver, IAsyncObserver<KvDescriptor>
{
    public async Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        await handleFactory.Create<KvDescriptor>().ResumeAsync(this);

    public Task OnNextAsync(KvDescriptor item, StreamSequenceToken? token = null)
    {
        importers.Enqueue(this.GetPrimaryKeyString(), item);
        return Task.CompletedTask;
    }

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}
