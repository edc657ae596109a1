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

/// <summary>
/// Tells every gateway, several times a second, what this node's workers and gateway are doing. One that does not answer is
/// told nothing more until it does, and keeps no other waiting.
/// </summary>
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
    private readonly Dictionary<string, GatewayReports> _gateways = new(StringComparer.Ordinal);
    private TaskCompletionSource _round = NewRound();

    /// <summary>When a gateway last took a report.</summary>
    public DateTimeOffset LastHeard { get; private set; } = time.GetUtcNow();

    /// <summary>Completes when every gateway has been told how it is from now on, or could not be.</summary>
    public Task Told() => Volatile.Read(ref _round).Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(node.ReportInterval, time);
        do
        {
            var round = Interlocked.Exchange(ref _round, NewRound());
            EndRound(round, Report([.. roles.Gateways()])).Ignore();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static TaskCompletionSource NewRound() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static async Task EndRound(TaskCompletionSource round, Task reports)
    {
        await reports;
        round.TrySetResult();
    }

    private Task Report(HashSet<string> gateways)
    {
        foreach (var gone in _gateways.Where(g => g.Value.Latest.IsCompleted && !gateways.Contains(g.Key)).ToList())
        {
            _gateways.Remove(gone.Key);
        }

        var begun = new List<Task>();
        foreach (var gateway in gateways)
        {
            if (!_gateways.TryGetValue(gateway, out var reports))
            {
                _gateways.Add(gateway, reports = new GatewayReports(time.GetUtcNow().UtcTicks));
            }

            if (reports.Latest.IsCompleted)
            {
                // Numbered for each gateway without a gap: by the number it knows what a report cannot know of yet.
                reports.Latest = ReportAsync(gateway, ++reports.Sequence);
                begun.Add(reports.Latest);
            }
        }

        return Task.WhenAll(begun);
    }

    private async Task ReportAsync(string gateway, long sequence)
    {
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
        catch (Exception e)
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
        CanConvert = drivers.FirstOrDefault()?.CanConvert == true,
        Ordered = [.. drivers.SelectMany(d => d.Ordered)],
        Sequence = sequence,
    };

    /// <param name="sequence">Before the first: later than of any life before, also where that is still remembered.</param>
    private sealed class GatewayReports(long sequence)
    {
        public long Sequence { get; set; } = sequence;

        public Task Latest { get; set; } = Task.CompletedTask;
    }
}
