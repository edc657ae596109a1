using Baton.Contracts.Workers;
using Baton.Grains.Gateways;
using Baton.Silo.Nodes;
using Baton.Silo.Workers;

namespace Baton.Host.Hosting;

/// <summary>/live says that the process answers, /ready that requests may come.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/live", () => Results.Json(new { status = "live" }));
        app.MapGet("/ready", (
            NodeOptions node, ClusterView view, WorkerRegistry workers, Drain drain, StandbyCatchUp standby) =>
        {
            var missing = drain.IsDraining ? "draining"
                : !standby.IsDone ? "taking copies of the other gateways' sessions"
                : node.IsGateway ? MissingPhase(view)
                : MissingWorker(workers);
            return missing is null
                ? Results.Json(new { status = "ready" })
                : Results.Json(new { status = missing }, statusCode: StatusCodes.Status503ServiceUnavailable);
        });
    }

    /// <summary>What a gateway lacks, or null.</summary>
    public static string? MissingPhase(ClusterView view) =>
        !view.HasReady(WorkerRole.Prefill) ? "no prefill worker is ready"
        : !view.HasReady(WorkerRole.Decode) ? "no decode worker is ready"
        : null;

    private static string? MissingWorker(WorkerRegistry workers) =>
        workers.All.Count == 0 ? "starting"
        : workers.All.All(w => w.IsDraining || w.EngineEnded.IsCompleted) ? "draining"
        : null;
}
