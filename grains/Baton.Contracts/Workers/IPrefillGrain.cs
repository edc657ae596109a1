using Baton.Contracts.Handoff;
using Orleans.Concurrency;

namespace Baton.Contracts.Workers;

/// <summary>Computes the KV of prompts and hands it over.</summary>
[Alias("baton.IPrefillGrain")]
public interface IPrefillGrain : IWorkerGrain
{
    /// <summary>Queues a prompt whose KV goes to the order's target. Its token 1 goes to the gateway at once.</summary>
    [Alias("Prefill")]
    Task<OrderResult> Prefill(WorkOrder order);

    /// <summary>
    /// Decode's answers to descriptors, in any order, repeated or late. One that is lost is made up for by the lease.
    /// </summary>
    [Alias("Acknowledge"), OneWay]
    Task Acknowledge(KvAck[] acks);
}
