using System.Globalization;
using Baton.Core.Costs;
using Baton.Core.Scheduling;

namespace Baton.Core.Planning;

/// <summary>How many decode workers a forecast needs.</summary>
public static class DecodeSizing
{
    // Of a normal distribution: sequences at once vary like arrivals do.
    private const double Tail = 1;

    /// <summary>
    /// The largest batch that keeps to the target for each token, and as many workers as hold the sequences that are there
    /// at once (Little), with room for their number's own swing.
    /// </summary>
    /// <param name="forecast">What will come.</param>
    /// <param name="worker">A worker of the phase.</param>
    /// <param name="kvTokens">Positions of its pool.</param>
    /// <param name="maxSequences">Its largest batch.</param>
    /// <param name="target">Target for the time of a token.</param>
    public static (int Workers, string Why) Workers(
        TrafficForecast forecast, WorkerProfile worker, long kvTokens, int maxSequences, TimeSpan target)
    {
        ArgumentNullException.ThrowIfNull(forecast);
        ArgumentNullException.ThrowIfNull(worker);
        if (forecast.Rate <= 0 || forecast.OutputTokens <= 1)
            return (0, "nothing to decode");
        double context = forecast.PromptTokens + (forecast.OutputTokens / 2);
        int batch = LargestBatch(worker, context, kvTokens, maxSequences, target);
        double stepMs = StepMs(worker, batch, context, kvTokens);
        double atOnce = forecast.Rate * forecast.OutputTokens * stepMs / 1000;
        int workers = Math.Max(1, (int)Math.Ceiling((atOnce + (Tail * Math.Sqrt(atOnce * forecast.Burstiness))) / batch));
        return (workers, string.Create(
            CultureInfo.InvariantCulture,
            $"{atOnce:0.0} sequences at once of {context:0} tokens, {batch} to a worker at {stepMs:0.0} ms a token"));
    }

    /// <summary>As many workers as hold sequences that are known, and keep to the target.</summary>
    public static int Workers(
        double sequences, double tokens, WorkerProfile worker, long kvTokens, int maxSequences, TimeSpan target)
    {
        if (sequences < 1)
            return 0;
        int batch = LargestBatch(worker, Math.Max(1, tokens / sequences), kvTokens, maxSequences, target);
        return (int)Math.Ceiling(sequences / batch);
    }

    /// <summary>At least 1, whether that keeps to the target or not.</summary>
    public static int LargestBatch(
        WorkerProfile worker, double context, long kvTokens, int maxSequences, TimeSpan target)
    {
        ArgumentNullException.ThrowIfNull(worker);
        int most = (int)Math.Clamp(kvTokens / Math.Max(1, context), 1, maxSequences);
        return StepSizing.LargestBatch(worker, context, kvTokens, most, target.TotalMilliseconds);
    }

    private static double StepMs(WorkerProfile worker, int batch, double context, long kvTokens) =>
        worker.StepMs(StepWork.Decode(batch, (long)(batch * context)), kvTokens);
}
