using Baton.Contracts.Gateways;
using Baton.Contracts.Planning;
using Baton.Contracts.Sessions;
using Baton.Contracts.Workers;
using Baton.Core.Engine;
using Baton.Grains.Placement;
using Baton.Grains.Planning;
using Baton.Grains.Sessions;
using Orleans.Concurrency;
using Orleans.Placement;

namespace Baton.Grains.Gateways;

/// <inheritdoc cref="IGatewayGrain"/>
[Reentrant, Immovable, NodePlacement]
public sealed class GatewayGrain(
    IGrainContext context, SessionTable sessions, ClusterView view, SessionAdoption adoption, SessionCopies copies,
    SessionPlaces places, IEnumerable<IScaleDriver> drivers)
    : IGrainBase, IGatewayGrain
{
    public IGrainContext GrainContext { get; } = context;

    public Task Deliver(TokenBatch batch)
    {
        sessions.Deliver(batch);
        return Task.CompletedTask;
    }

    public Task<SequenceKey[]> Unwanted(SequenceKey[] keys) =>
        Task.FromResult(Array.FindAll(keys, key => !sessions.Wants(key)));

    public Task ReportWorker(WorkerStatus status)
    {
        view.Report(status);
        return Task.CompletedTask;
    }

    public Task ReportGateway(GatewayStatus status)
    {
        view.Report(status);
        return Task.CompletedTask;
    }

    public Task ReportPlan(PlanStatus plan)
    {
        view.Report(plan);
        return Task.CompletedTask;
    }

    public Task Scale(ScaleOrder order)
    {
        drivers.FirstOrDefault()?.Apply(order);
        return Task.CompletedTask;
    }

    public Task<string[]> Keep(SessionCopy[] copies, string[] forgotten) =>
        Task.FromResult(adoption.Keep(copies, forgotten));

    public Task<bool> Cover(string newcomer) => copies.WhenKept(newcomer);

    public Task<SessionPlace> Locate(GrainId session) => Task.FromResult(places.Of(session));

    public Task<SessionCopy?> TakeOver(string requestId) => adoption.Give(requestId);
}
