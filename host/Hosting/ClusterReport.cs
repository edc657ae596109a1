using System.Text.Json.Nodes;
using Baton.Contracts.Gateways;
using Baton.Contracts.Planning;
using Baton.Contracts.Workers;
using Baton.Grains.Gateways;
using Baton.Host.Api;

namespace Baton.Host.Hosting;

/// <summary>The state of the cluster as /cluster shows it.</summary>
internal sealed class ClusterReport(ClusterView view, string model) : IClusterReport
{
    public ValueTask<JsonObject> SnapshotAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Snapshot());

    private JsonObject Snapshot()
    {
        var workers = view.Workers();
        var gateways = view.LiveGateways();
        var starting = view.Expected(workers);
        return new JsonObject
        {
            ["model"] = model,
            ["workers"] = new JsonArray([.. workers.Select(Worker), .. starting.Select(Worker)]),
            ["gateways"] = new JsonArray([.. gateways.Select(Gateway)]),
            ["scale"] = new JsonObject
            {
                ["prefill"] = Scale(workers, starting, WorkerRole.Prefill),
                ["decode"] = Scale(workers, starting, WorkerRole.Decode),
            },
            ["sessions"] = new JsonObject { ["active"] = gateways.Sum(g => g.ActiveSessions) },
            ["totals"] = Totals(view.Totals()),
            ["decisions"] = DecisionReport.Of(view.Plan),
        };
    }

    private static JsonObject Worker(WorkerStatus w) => new()
    {
        ["id"] = w.Id.Name,
        ["role"] = w.Role.ToString().ToLowerInvariant(),
        ["state"] = w.State.ToString().ToLowerInvariant(),
        ["pid"] = w.ProcessId,
        ["host"] = w.Host,
        ["silo"] = w.Silo,
        ["device"] = w.Device,
        ["running"] = w.Load.Running,
        ["queued"] = w.Load.Waiting + w.Load.ReservationsWaiting,
        ["kvBlocksUsed"] = w.Load.BlocksUsed,
        ["kvBlocksCached"] = w.Load.BlocksCached,
        ["kvBlocksTotal"] = w.Load.BlocksTotal,
        ["handoffsInFlight"] = w.Load.Parked + w.Load.Reserved,
    };

    private static JsonObject Worker(OrderedWorker ordered) => new()
    {
        ["id"] = ordered.Name,
        ["role"] = ordered.Role.ToString().ToLowerInvariant(),
        ["state"] = "starting",
        ["pid"] = ordered.ProcessId,
        ["host"] = Environment.MachineName,
        ["silo"] = null,
        ["device"] = null,
        ["running"] = 0,
        ["queued"] = 0,
        ["kvBlocksUsed"] = 0,
        ["kvBlocksCached"] = 0,
        ["kvBlocksTotal"] = 0,
        ["handoffsInFlight"] = 0,
        ["detail"] = ordered.Detail,
    };

    private static JsonObject Gateway(GatewayStatus g) => new()
    {
        ["id"] = g.Name,
        ["pid"] = g.ProcessId,
        ["url"] = g.Url,
    };

    private JsonObject Scale(IReadOnlyList<WorkerStatus> workers, IReadOnlyList<OrderedWorker> starting, WorkerRole role)
    {
        var ready = workers.Count(w => w.Role == role && w.State == WorkerState.Ready);
        return new JsonObject
        {
            ["desired"] = view.Plan is { Mode: not PlanMode.Advisory } plan
                ? role == WorkerRole.Prefill ? plan.Prefill : plan.Decode
                : ready + starting.Count(o => o.Role == role),
            ["ready"] = ready,
        };
    }

    private static JsonObject Totals(ClusterTotals totals) => new()
    {
        ["requests"] = totals.Requests,
        ["tokens"] = totals.Tokens,
        ["handoffs"] = totals.Handoffs,
        ["handoffBytes"] = totals.HandoffBytes,
        ["migrations"] = totals.Migrations,
        ["recomputes"] = totals.Recomputes,
    };
}
