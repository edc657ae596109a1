using Baton.Contracts.Planning;
using Baton.Contracts.Sessions;
using Baton.Contracts.Workers;
using Baton.Core.Engine;

namespace Baton.Contracts.Gateways;

/// <summary>A gateway: where workers deliver tokens and status. Its key is the gateway's name; it lives on that silo.</summary>
[Alias("baton.IGatewayGrain")]
public interface IGatewayGrain : IGrainWithStringKey
{
    /// <summary>One step's tokens of a worker for the sessions of this gateway. Awaited: that is the backpressure.</summary>
    [Alias("Deliver")]
    Task Deliver(TokenBatch batch);

    /// <summary>Which of a worker's sequences nobody waits for: their requests have ended, or were never heard of here.</summary>
    [Alias("Unwanted"), ResponseTimeout("00:00:05")]
    Task<SequenceKey[]> Unwanted(SequenceKey[] keys);

    /// <summary>A worker's state; the answer tells it nothing, its success that the gateway lives.</summary>
    [Alias("ReportWorker")]
    Task ReportWorker(WorkerStatus status);

    /// <summary>Another gateway's state.</summary>
    [Alias("ReportGateway")]
    Task ReportGateway(GatewayStatus status);

    /// <summary>Where the planner stands.</summary>
    [Alias("ReportPlan"), ResponseTimeout("00:00:05")]
    Task ReportPlan(PlanStatus plan);

    /// <summary>Has this gateway's driver see to the number of its workers.</summary>
    [Alias("Scale"), ResponseTimeout("00:00:05")]
    Task Scale(ScaleOrder order);

    /// <summary>Keeps copies of another gateway's sessions, in case that gateway dies.</summary>
    /// <param name="copies">What is new of each.</param>
    /// <param name="forgotten">Sessions whose copies are wanted no more.</param>
    /// <returns>Sessions of which something before the copy is missing here: they are to be sent whole.</returns>
    [Alias("Keep")]
    Task<string[]> Keep(SessionCopy[] copies, string[] forgotten);

    /// <summary>
    /// Waits until every session of this gateway has a copy elsewhere, now that another gateway has joined. A newcomer
    /// asks before it calls itself ready: who restarts gateways one by one goes on to the next when it does.
    /// </summary>
    /// <returns>False when it took too long.</returns>
    [Alias("Cover")]
    Task<bool> Cover(string newcomer);

    /// <summary>Says where a session is, as far as this gateway knows.</summary>
    [Alias("Locate"), ResponseTimeout("00:00:01")]
    Task<SessionPlace> Locate(GrainId session);

    /// <summary>Gives up the copy of a session whose gateway is dead; null when there is none.</summary>
    [Alias("TakeOver")]
    Task<SessionCopy?> TakeOver(string requestId);
}
