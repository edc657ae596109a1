using Baton.Core.Costs;
using Baton.Core.Engine;

namespace Baton.Core.Planning;

/// <summary>How long a worker will need to become empty: what a conversion waits for.</summary>
public static class DrainTime
{
    /// <summary>A drain is given so long; what is left then goes on elsewhere, from its tokens.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    // To freeze a sequence and to take it up elsewhere is told between steps, each time at the end of one.
    private const int StepsOfAMove = 3;

    /// <param name="worker">The worker that shall leave its phase.</param>
    /// <param name="others">Workers of its phase that stay; what it decodes moves to them.</param>
    public static TimeSpan Of(WorkerObservation worker, IReadOnlyList<WorkerObservation> others)
    {
        ArgumentNullException.ThrowIfNull(worker);
        ArgumentNullException.ThrowIfNull(others);
        double ms = worker.Phase == Phase.Prefill ? PrefillMs(worker) : DecodeMs(worker, others);
        return ms < Longest.TotalMilliseconds ? TimeSpan.FromMilliseconds(ms) : Longest;
    }

    // It reads what it has taken, and its blocks are held until they have been fetched.
    private static double PrefillMs(WorkerObservation worker) =>
        PromptTime.Ms(worker.Profile, worker.Load.PrefillTokens, 0, Math.Max(1, worker.StepTokens))
        + worker.Profile.TransferMs((long)worker.Load.ResidentTokens + worker.Load.PrefillTokens);

    private static double DecodeMs(WorkerObservation worker, IReadOnlyList<WorkerObservation> others)
    {
        EngineLoad load = worker.Load;
        int sequences = load.Running + load.Waiting + load.Reserved;
        if (sequences == 0)
            return 0;
        // Without room elsewhere they stay, and nobody knows for how long.
        if (load.ResidentTokens > others.Sum(Room))
            return double.PositiveInfinity;
        StepWork step = StepWork.Decode(Math.Max(1, load.Running), load.ResidentTokens);
        return worker.Profile.TransferMs(load.ResidentTokens) + (StepsOfAMove * worker.Profile.StepMs(step, worker.KvTokens));
    }

    private static long Room(WorkerObservation worker) =>
        worker.Stage == WorkerStage.Ready ? Math.Max(0, worker.KvTokens - worker.Load.ResidentTokens) : 0;
}
