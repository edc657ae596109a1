using Baton.Contracts.Gateways;
using Baton.Contracts.Workers;
using Baton.Grains.Gateways;
using Baton.Grains.Placement;
using Baton.Grains.Planning;
using Baton.Grains.Sessions;
using Baton.Silo.Placement;
using Baton.Silo.Workers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Baton.Silo.Nodes;

/// <summary>Tells every gateway, several times a second, what this node's workers and gateway are doing.</summary>
public sealed class NodeReporter(
    NodeOptions node,
    WorkerRegistry workers,
    NodeRoles roles,
    ILocalSiloDetails silo,
    IGrainFactory grains,
    SessionTable sessions,
    ClusterView view,
    IEnumerable<IScaleDriver> drivers,
    TimeProvider time,
    ILogger<NodeReporter> logger) : BackgroundService
{
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private long _sequence;

    /// <summary>When a gateway last took a report.</summary>
    public DateTimeOffset LastHeard { get; private set; } = time.GetUtcNow();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(node.ReportInterval, time);
        do
        {
            await Task.WhenAll(roles.Gateways().Select(ReportAsync));
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task ReportAsync(string gateway)
    {
        var sequence = Interlocked.Increment(ref _sequence);
        var grain = grains.GetGrain<IGatewayGrain>(gateway);
        try
        {
            foreach (var worker in workers.All)
            {
                await grain.ReportWorker(Status(worker, sequence));
            }

            if (node.IsGateway)
            {
                await grain.ReportGateway(GatewayStatus(sequence));
            }

            LastHeard = time.GetUtcNow();
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            logger.ReportFailed(gateway, e.Message);
        }
    }

    private WorkerStatus Status(Worker worker, long sequence) => new()
    {
        Id = worker.Id,
        Role = worker.Role,
        State = worker.EngineEnded.IsCompleted ? WorkerState.Dead
            : worker.IsDraining ? WorkerState.Draining
            : WorkerState.Ready,
        ProcessId = Environment.ProcessId,
        Host = Environment.MachineName,
        Silo = silo.SiloAddress.ToParsableString(),
        Device = node.Device,
        Load = worker.Load,
        MaxSequences = worker.Engine.Bounds.MaxSequences,
        StepTokens = worker.Engine.Bounds.StepTokenBudget,
        Profile = worker.Profile,
        ReadyAt = _startedAt,
        Model = worker.Engine.Model.Id,
        Fingerprint = worker.Engine.Layout.Fingerprint,
        BlockTokens = worker.Engine.Layout.BlockTokens,
        Totals = worker.Totals,
        Sequence = sequence,
    };

    private GatewayStatus GatewayStatus(long sequence) => new()
    {
        Name = NodeName.Gateway(node.Name),
        Silo = silo.SiloAddress.ToParsableString(),
        ProcessId = Environment.ProcessId,
        Url = node.Url,
        ActiveSessions = sessions.Active,
        Requests = sessions.Requests,
        Recomputes = sessions.Recomputes,
        Migrations = sessions.Migrations,
        Traffic = sessions.Traffic,
        Unplaced = view.Unplaced,
        Driver = drivers.FirstOrDefault()?.Name,
        Ordered = [.. drivers.SelectMany(d => d.Ordered)],
        Sequence = sequence,
    };
}
