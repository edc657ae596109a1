using System.Globalization;
using Baton.Core.Costs;

namespace Baton.Core.Planning;

/// <summary>How many prefill workers a forecast needs.</summary>
public static class PrefillSizing
{
    // Above it a queue grows without end in practice.
    private const double MostBusy = 0.95;

    /// <summary>
    /// The fewest workers on which the wait for the first token keeps to its target for the wanted share of requests:
    /// work that arrives at random for many servers, whose wait is about exponential under load, the longer the burstier
    /// requests come and the more their prompts differ (Kingman, 1962).
    /// </summary>
    /// <param name="forecast">What will come.</param>
    /// <param name="worker">A worker of the phase.</param>
    /// <param name="stepTokens">Most tokens of its steps.</param>
    /// <param name="target">Target for the time to the first token.</param>
    /// <param name="attainment">Share of the requests that shall meet it.</param>
    public static (int Workers, string Why) Workers(
        TrafficForecast forecast, WorkerProfile worker, int stepTokens, TimeSpan target, double attainment)
    {
        ArgumentNullException.ThrowIfNull(forecast);
        double work = WorkMs(forecast, worker, stepTokens) / 1000;
        double load = forecast.ProvisionedRate * work;
        if (load <= 0)
            return (0, "nothing to prefill");
        double slack = target.TotalSeconds - (AloneMs(forecast, worker, stepTokens) / 1000);
        int workers = (int)Math.Ceiling(load / MostBusy);
        while (slack > 0 && LateShare(load, workers, work, forecast.Burstiness + forecast.PromptVariation, slack) > 1 - attainment)
            workers++;
        return (workers, string.Create(
            CultureInfo.InvariantCulture,
            $"{forecast.ProvisionedRate:0.00}/s of {forecast.UncachedTokens:0} tokens are {load:0.00} workers busy{(slack > 0 ? "" : "; the target is out of reach")}"));
    }

    /// <summary>What a prompt takes of a worker that is always busy, in steps that are full.</summary>
    public static double WorkMs(TrafficForecast forecast, WorkerProfile worker, int stepTokens)
    {
        ArgumentNullException.ThrowIfNull(forecast);
        ArgumentNullException.ThrowIfNull(worker);
        double tokens = forecast.UncachedTokens;
        double cached = forecast.PromptTokens * forecast.CachedShare;
        double squares = (forecast.PromptTokens * forecast.PromptTokens * (1 + forecast.PromptVariation)) - (cached * cached);
        return (worker.PrefillConstant * tokens / stepTokens) + (worker.PrefillLinear * tokens)
            + (worker.PrefillQuadratic * tokens * stepTokens) + (worker.PrefillSquares * squares);
    }

    /// <summary>What the mean prompt takes where nothing else runs.</summary>
    private static double AloneMs(TrafficForecast forecast, WorkerProfile worker, int stepTokens) =>
        PromptTime.Ms(worker, forecast.UncachedTokens, forecast.PromptTokens * forecast.CachedShare, stepTokens);

    private static double LateShare(double load, int workers, double work, double variation, double slack)
    {
        double busy = load / workers;
        double decay = 2 * workers * (1 - busy) / (work * variation);
        return busy * Math.Exp(-decay * slack);
    }
}
