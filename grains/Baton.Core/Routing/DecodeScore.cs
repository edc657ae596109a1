using System.Globalization;
using Baton.Core.Engine;

namespace Baton.Core.Routing;

/// <summary>Free share of the pool, less the share of the batch that is taken and what waits for room. Higher is better.</summary>
internal static class DecodeScore
{
    public static double Of(WorkerSnapshot worker)
    {
        (double used, double batch) = Parts(worker);
        return 1 - used - batch;
    }

    public static string Why(WorkerSnapshot worker)
    {
        (double used, double batch) = Parts(worker);
        return string.Create(CultureInfo.InvariantCulture, $"free {1 - used:0.000} - batch {batch:0.000}");
    }

    private static (double Used, double Batch) Parts(WorkerSnapshot worker)
    {
        EngineLoad load = worker.Load;
        double pending = Math.Ceiling(worker.PendingTokens / (double)worker.BlockTokens);
        double used = Math.Min(1, (load.BlocksUsed + pending) / Math.Max(1, load.BlocksTotal));
        int sequences = load.Running + load.Reserved + load.ReservationsWaiting + load.Waiting + worker.PendingSequences;
        return (used, sequences / (double)Math.Max(1, worker.MaxSequences));
    }
}
