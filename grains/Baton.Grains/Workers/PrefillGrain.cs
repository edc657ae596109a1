using Baton.Contracts.Workers;
using Baton.Grains.Placement;
using Orleans.Concurrency;
using Orleans.Placement;

namespace Baton.Grains.Workers;

/// <inheritdoc cref="IPrefillGrain"/>
[Reentrant, Immovable, NodePlacement]
public sealed class PrefillGrain(IGrainContext context, IWorkerRegistry workers)
    : WorkerGrain(context, workers), IPrefillGrain
{
    public Task<OrderResult> Prefill(WorkOrder order) => Hand(order, static (w, o) => w.PrefillAsync(o));
}
