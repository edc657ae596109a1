using System.Globalization;

namespace Baton.Core.Planning;

/// <summary>
/// What the prefill queues call for: one worker more when the time to the first token would be missed on every worker, one
/// fewer when the rest would keep to it (the reactive half of NVIDIA Dynamo's planner). What is prefilled and waits for its
/// handoff is no prefill load: for it decode workers are missing.
/// </summary>
public static class PrefillReaction
{
    public static Reaction To(
        IReadOnlyList<WorkerObservation> ready, TrafficForecast forecast, PlannerOptions options)
    {
        ArgumentNullException.ThrowIfNull(ready);
        ArgumentNullException.ThrowIfNull(forecast);
        ArgumentNullException.ThrowIfNull(options);
        if (ready.Count == 0)
            return Reaction.None("none is ready");
        double target = options.Ttft.TotalMilliseconds;
        double least = double.MaxValue;
        double worst = 0;
        double reach = target;
        bool fewerWillDo = ready.Count > 1;
        double squares = forecast.PromptTokens * (1 + forecast.PromptVariation);
        foreach (WorkerObservation worker in ready)
        {
            double own = PromptTime.Ms(worker.Profile, forecast.UncachedTokens, 0, worker.StepTokens);
            // Where a prompt alone takes longer than the target, more workers can only keep others from queueing before it.
            reach = Math.Max(reach, own > target ? own * 2 : target);
            double queued = worker.IsExportBound()
                ? 0
                : PromptTime.QueueMs(worker.Profile, worker.Load.PrefillTokens, squares, worker.StepTokens);
            least = Math.Min(least, own + queued);
            worst = Math.Max(worst, own + queued);
            double left = queued * ready.Count / Math.Max(1, ready.Count - 1);
            fewerWillDo &= left < (Math.Max(target, own * 2) - own) * options.ShrinkBelow;
        }

        string why = string.Create(
            CultureInfo.InvariantCulture, $"the first token would come after {least:0} to {worst:0} ms, the target is {target:0}");
        return new Reaction(least > reach && HasQueue(ready) ? 1 : fewerWillDo ? -1 : 0, why);
    }

    private static bool HasQueue(IReadOnlyList<WorkerObservation> ready) => ready.Any(w => w.Load.PrefillTokens > 0);

    /// <summary>Whether prompts wait because finished ones hold the blocks, so that another prefill worker would not help.</summary>
    private static bool IsExportBound(this WorkerObservation worker) =>
        worker.Load is { Running: 0, Parked: > 0, Waiting: > 0 };
}
