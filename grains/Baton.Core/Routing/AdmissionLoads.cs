using Baton.Core.Costs;
using Baton.Core.Planning;

namespace Baton.Core.Routing;

/// <summary>How near the workers of a phase are to missing a target: 1 is just at it.</summary>
public static class AdmissionLoads
{
    /// <summary>Of the prefill worker with the least before it: the time until a prompt's first token.</summary>
    /// <param name="workers">All workers; those that serve both phases count where none prefills alone.</param>
    /// <param name="tokens">Length of the prompt.</param>
    /// <param name="squaresPerToken">Of prompts' lengths: <see cref="PromptTime.QueueMs"/>.</param>
    /// <param name="target">Target for the time to the first token.</param>
    public static double Prefill(
        IReadOnlyList<AdmissionWorker> workers, int tokens, double squaresPerToken, TimeSpan target)
    {
        ArgumentNullException.ThrowIfNull(workers);
        bool isApart = workers.Any(w => w.IsPrefill);
        double least = double.PositiveInfinity;
        foreach (AdmissionWorker worker in workers)
        {
            if (worker.IsPrefill == isApart)
            {
                long ahead = (long)worker.Load.PrefillTokens + worker.PendingTokens;
                double queue = PromptTime.QueueMs(worker.Profile, ahead, squaresPerToken, worker.StepTokens);
                least = Math.Min(least, queue + PromptTime.Ms(worker.Profile, tokens, 0, worker.StepTokens));
            }
        }

        return least / target.TotalMilliseconds;
    }

    /// <summary>In the mean over the decode workers, the sequences spread evenly: the time of a token, or the pool's fill.</summary>
    public static double Decode(IReadOnlyList<AdmissionWorker> workers, int sequences, long tokens, TimeSpan target)
    {
        ArgumentNullException.ThrowIfNull(workers);
        double sum = 0;
        int count = workers.Count(w => !w.IsPrefill);
        foreach (AdmissionWorker worker in workers)
        {
            if (worker.IsPrefill)
                continue;
            var work = StepWork.Decode((int)Math.Ceiling(sequences / (double)count), tokens / count);
            double each = worker.Profile.StepMs(work, worker.KvTokens) / target.TotalMilliseconds;
            sum += Math.Max(each, tokens / (double)count / worker.KvTokens);
        }

        return count == 0 ? double.PositiveInfinity : sum / count;
    }

    /// <summary>The decode workers as they are.</summary>
    public static double DecodeNow(IReadOnlyList<AdmissionWorker> workers, int moreSequences, int moreTokens, TimeSpan target)
    {
        ArgumentNullException.ThrowIfNull(workers);
        int sequences = moreSequences;
        long tokens = moreTokens;
        foreach (AdmissionWorker worker in workers)
        {
            if (worker.IsPrefill)
                continue;
            sequences += worker.Load.Running;
            tokens += RunningTokens(worker);
        }

        return Decode(workers, sequences, tokens, target);
    }

    // What is on its way in holds positions too, but does not decode.
    internal static long RunningTokens(AdmissionWorker worker) =>
        (long)worker.Load.ResidentTokens * worker.Load.Running
            / Math.Max(1, worker.Load.Running + worker.Load.Reserved + worker.Load.Parked);
}
