using Baton.Contracts;
using Baton.Contracts.Workers;
using Baton.Core.Engine;
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

    public Task<OrderResult> Copy(WorkOrder order, SequenceKey running) =>
        Hand(order, (w, o) => w.CopyAsync(o, running));

    public Task<int?> Freeze(WorkerId worker, SequenceKey key) =>
        Worker is { } here && here.Id == worker ? here.FreezeAsync(key) : Task.FromResult<int?>(null);

    public Task<OrderResult> HandOver(WorkOrder order, SequenceKey frozen) =>
        Hand(order, (w, o) => w.HandOverAsync(o, frozen));
}
