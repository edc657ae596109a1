using System.Globalization;
using Baton.Core.Costs;
using Baton.Core.Engine;

namespace Baton.Core.Planning;

/// <summary>
/// What the batches of the decode workers call for: one worker more when each of them is full or too slow for its target,
/// one fewer when the rest would hold all and keep to it.
/// </summary>
public static class DecodeReaction
{
    // Above it new sequences wait for blocks, and running ones are preempted.
    private const double MostOfPool = 0.9;

    public static Reaction To(
        IReadOnlyList<WorkerObservation> ready, TrafficForecast forecast, PlannerOptions options)
    {
        ArgumentNullException.ThrowIfNull(ready);
        ArgumentNullException.ThrowIfNull(forecast);
        ArgumentNullException.ThrowIfNull(options);
        if (ready.Count == 0)
            return Reaction.None("none is ready");
        double target = options.Tpot.TotalMilliseconds;
        double worst = 0;
        double fullest = 0;
        bool allOver = true;
        bool fewerWillDo = ready.Count > 1;
        foreach (WorkerObservation worker in ready)
        {
            (double ms, double full) = Estimate(worker, forecast, 1);
            (worst, fullest) = (Math.Max(worst, ms), Math.Max(fullest, full));
            allOver &= ms > target || full > 1;
            (double msLeft, double fullLeft) = Estimate(worker, forecast, (double)ready.Count / Math.Max(1, ready.Count - 1));
            fewerWillDo &= msLeft < target * options.ShrinkBelow && fullLeft < options.ShrinkBelow;
        }

        string why = string.Create(
            CultureInfo.InvariantCulture,
            $"a token takes up to {worst:0.0} ms, the target is {target:0}; the fullest is {fullest * 100:0} % full");
        return new Reaction(allOver ? 1 : fewerWillDo ? -1 : 0, why);
    }

    /// <summary>Time of a token and fill (1: no room for more), the load scaled by a factor.</summary>
    private static (double Ms, double Full) Estimate(WorkerObservation worker, TrafficForecast forecast, double scale)
    {
        EngineLoad load = worker.Load;
        int live = load.ResidentTokens - load.ReservedTokens;
        // Places are held from before the prefill on. Where those of sequences that are not here yet are the most, it is
        // prefill that is short, and another decode worker would help nobody.
        bool waitsForDecode = live >= load.ReservedTokens;
        double waiting = waitsForDecode ? load.ReservationsWaiting * scale : 0;
        double sequences = ((load.Running + load.Waiting + (waitsForDecode ? load.Reserved : 0)) * scale) + waiting;
        double tokens = ((waitsForDecode ? load.ResidentTokens : live) * scale)
            + (waiting * (forecast.PromptTokens + (forecast.OutputTokens / 2)));
        double ms = sequences < 1
            ? 0
            : worker.Profile.StepMs(StepWork.Decode((int)Math.Ceiling(sequences), (long)tokens), worker.KvTokens);
        return (ms, Math.Max(sequences / worker.MaxSequences, tokens / (worker.KvTokens * MostOfPool)));
    }
}
