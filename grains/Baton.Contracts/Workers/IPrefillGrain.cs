namespace Baton.Contracts.Workers;

/// <summary>Computes the KV of prompts and hands it over.</summary>
[Alias("baton.IPrefillGrain")]
public interface IPrefillGrain : IWorkerGrain
{
    /// <summary>Queues a prompt whose KV goes to the order's target. Its token 1 goes to the gateway at once.</summary>
    [Alias("Prefill")]
    Task<OrderResult> Prefill(WorkOrder order);
}
