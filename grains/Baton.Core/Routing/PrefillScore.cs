using System.Globalization;

namespace Baton.Core.Routing;

/// <summary>Fewest tokens ahead in the queue, in steps of a full budget; then the freest pool. Higher is better.</summary>
internal static class PrefillScore
{
    private const double StepTokens = 1024;

    public static double Of(WorkerSnapshot worker) => 0 - (Ahead(worker) / StepTokens) - Used(worker);

    public static string Why(WorkerSnapshot worker) => string.Create(
        CultureInfo.InvariantCulture, $"-queued {Ahead(worker)} tokens / {StepTokens} - used {Used(worker):0.000}");

    private static int Ahead(WorkerSnapshot worker) => worker.Load.PrefillTokens + worker.PendingTokens;

    private static double Used(WorkerSnapshot worker) => worker.Load.BlocksUsed / (double)Math.Max(1, worker.Load.BlocksTotal);
}
