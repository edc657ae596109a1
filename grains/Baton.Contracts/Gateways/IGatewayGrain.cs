using Baton.Contracts.Workers;

namespace Baton.Contracts.Gateways;

/// <summary>A gateway: where workers deliver tokens and status. Its key is the gateway's name; it lives on that silo.</summary>
[Alias("baton.IGatewayGrain")]
public interface IGatewayGrain : IGrainWithStringKey
{
    /// <summary>One step's tokens of a worker for the sessions of this gateway. Awaited: that is the backpressure.</summary>
    [Alias("Deliver")]
    Task Deliver(TokenBatch batch);

    /// <summary>A worker's state; the answer tells it nothing, its success that the gateway lives.</summary>
    [Alias("ReportWorker")]
    Task ReportWorker(WorkerStatus status);

    /// <summary>Another gateway's state.</summary>
    [Alias("ReportGateway")]
    Task ReportGateway(GatewayStatus status);
}
