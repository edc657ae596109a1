using Baton.Contracts;
using Baton.Contracts.Handoff;
using Baton.Contracts.Workers;
using Baton.Core.Costs;
using Baton.Core.Engine;

namespace Baton.Grains.Workers;

/// <summary>An engine with its handoff machinery, as its grain sees it. Safe for concurrent use; never blocks.</summary>
public interface IWorker
{
    WorkerId Id { get; }

    Task<OrderResult> PrefillAsync(WorkOrder order);

    Task<OrderResult> GenerateAsync(WorkOrder order);

    Task<OrderResult> ReserveAsync(WorkOrder order);

    Task<OrderResult> CopyAsync(WorkOrder order, SequenceKey running);

    Task<int?> FreezeAsync(SequenceKey key);

    Task<OrderResult> HandOverAsync(WorkOrder order, SequenceKey frozen);

    void Acknowledge(KvAck ack);

    Task ReleaseAsync(SequenceKey key);

    void Drain();

    /// <summary>Drains and comes back in another role; false where the process cannot.</summary>
    bool Convert(WorkerRole role);

    /// <summary>Fits costs to its latest steps.</summary>
    FittedProfile Measure();
}

/// <summary>The workers of this silo.</summary>
public interface IWorkerRegistry
{
    /// <summary>The worker of that name, or null.</summary>
    IWorker? Find(string name);
}
