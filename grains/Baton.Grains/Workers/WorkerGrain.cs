using Baton.Contracts.Handoff;
using Baton.Contracts.Workers;
using Baton.Core.Costs;
using Baton.Core.Engine;

namespace Baton.Grains.Workers;

/// <summary>What prefill and decode grains share: the way to the engine, and the refusal of orders for another life.</summary>
public abstract class WorkerGrain(IGrainContext context, IWorkerRegistry workers) : IGrainBase
{
    public IGrainContext GrainContext { get; } = context;

    private protected IWorker? Worker => workers.Find(GrainContext.GrainId.Key.ToString()!);

    public Task Release(SequenceKey key) => Worker?.ReleaseAsync(key) ?? Task.CompletedTask;

    public Task Acknowledge(KvAck[] acks)
    {
        if (Worker is { } worker)
        {
            foreach (var ack in acks)
            {
                worker.Acknowledge(ack);
            }
        }

        return Task.CompletedTask;
    }

    public Task<FittedProfile> Measure() => Worker is { } worker
        ? Task.FromResult(worker.Measure())
        : throw new InvalidOperationException($"{GrainContext.GrainId.Key} is not here.");

    public Task Drain()
    {
        Worker?.Drain();
        return Task.CompletedTask;
    }

    public Task<bool> Convert(WorkerRole role) => Task.FromResult(Worker?.Convert(role) == true);

    private protected Task<OrderResult> Hand(WorkOrder order, Func<IWorker, WorkOrder, Task<OrderResult>> take)
    {
        if (Worker is not { } worker)
        {
            return Task.FromResult(new OrderResult($"{order.Worker} is not here"));
        }

        return worker.Id == order.Worker
            ? take(worker, order)
            : Task.FromResult(new OrderResult($"{order.Worker} was restarted"));
    }
}
