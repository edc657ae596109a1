using System.Text.Json.Nodes;
using Baton.Contracts.Gateways;
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
        return new JsonObject
        {
            ["model"] = model,
            ["workers"] = new JsonArray([.. workers.Select(Worker)]),
            ["gateways"] = new JsonArray([.. gateways.Select(Gateway)]),
            ["scale"] = new JsonObject
            {
                ["prefill"] = Scale(workers, WorkerRole.Prefill),
                ["decode"] = Scale(workers, WorkerRole.Decode),
            },
            ["sessions"] = new JsonObject { ["active"] = gateways.Sum(g => g.ActiveSessions) },
            ["totals"] = Totals(view.Totals()),
            ["decisions"] = new JsonArray(),
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

    private static JsonObject Gateway(GatewayStatus g) => new()
    {
        ["id"] = g.Name,
        ["pid"] = g.ProcessId,
        ["url"] = g.Url,
    };

    private static JsonObject Scale(IReadOnlyList<WorkerStatus> workers, WorkerRole role)
    {
        var ofRole = workers.Where(w => w.Role == role).ToList();
        return new JsonObject
        {
            ["desired"] = ofRole.Count(w => w.State is WorkerState.Starting or WorkerState.Ready),
            ["ready"] = ofRole.Count(w => w.State == WorkerState.Ready),
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
