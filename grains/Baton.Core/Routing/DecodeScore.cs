using System.Globalization;
using Baton.Core.Costs;
using Baton.Core.Engine;

namespace Baton.Core.Routing;

/// <summary>
/// Free share of the pool, less the share of the batch that is taken and what waits for room, less the time of a step with
/// the request in it: of unlike workers the faster one holds more. Higher is better.
/// </summary>
internal static class DecodeScore
{
    // Steps of a tenth of a second, about as slow as readers bear, weigh like a pool that is full.
    private const double MsOfAFullPool = 100;

    public static double Of(WorkerSnapshot worker, RouteRequest request)
    {
        (double used, double batch, double stepMs) = Parts(worker, request);
        return 1 - used - batch - (stepMs / MsOfAFullPool);
    }

    public static string Why(WorkerSnapshot worker, RouteRequest request)
    {
        (double used, double batch, double stepMs) = Parts(worker, request);
        return string.Create(
            CultureInfo.InvariantCulture, $"free {1 - used:0.000} - batch {batch:0.000} - step {stepMs:0.0} ms / {MsOfAFullPool}");
    }

    private static (double Used, double Batch, double StepMs) Parts(WorkerSnapshot worker, RouteRequest request)
    {
        EngineLoad load = worker.Load;
        double pending = Math.Ceiling(worker.PendingTokens / (double)worker.BlockTokens);
        double used = Math.Min(1, (load.BlocksUsed + pending) / Math.Max(1, load.BlocksTotal));
        int sequences = load.Running + load.Reserved + load.ReservationsWaiting + load.Waiting + worker.PendingSequences;
        long tokens = (long)load.ResidentTokens + worker.PendingTokens + request.Tokens;
        double stepMs = worker.Profile.StepMs(
            StepWork.Decode(sequences + 1, tokens), (long)load.BlocksTotal * worker.BlockTokens);
        return (used, sequences / (double)Math.Max(1, worker.MaxSequences), stepMs);
    }
}
