namespace Baton.Contracts.Workers;

/// <summary>Generates tokens, from KV that it is handed or that it computes itself.</summary>
[Alias("baton.IDecodeGrain")]
public interface IDecodeGrain : IWorkerGrain
{
    /// <summary>Prefills and decodes here.</summary>
    [Alias("Generate")]
    Task<OrderResult> Generate(WorkOrder order);

    /// <summary>Reserves blocks for KV that a prefill worker will hand over; answers once there is room.</summary>
    [Alias("Reserve"), ResponseTimeout("00:10:00")]
    Task<OrderResult> Reserve(WorkOrder order);
}
