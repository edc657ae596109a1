using Baton.Contracts.Workers;
using Baton.Grains.Placement;
using Orleans.Concurrency;
using Orleans.Placement;

namespace Baton.Grains.Workers;

/// <inheritdoc cref="IDecodeGrain"/>
[Reentrant, Immovable, NodePlacement]
public sealed class DecodeGrain(IGrainContext context, IWorkerRegistry workers)
    : WorkerGrain(context, workers), IDecodeGrain
{
    public Task<OrderResult> Generate(WorkOrder order) => Hand(order, static (w, o) => w.GenerateAsync(o));

    public Task<OrderResult> Reserve(WorkOrder order) => Hand(order, static (w, o) => w.ReserveAsync(o));
}
