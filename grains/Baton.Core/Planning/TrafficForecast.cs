namespace Baton.Core.Planning;

/// <summary>What the planner expects to be asked for.</summary>
/// <param name="Rate">Sequences a second.</param>
/// <param name="PromptTokens">Mean length of a prompt.</param>
/// <param name="PromptVariation">Squared coefficient of variation of that length.</param>
/// <param name="CachedShare">Share of the prompts that a prefix cache has, 0 to 1.</param>
/// <param name="OutputTokens">Mean length of an output.</param>
/// <param name="By">Who foresaw the rate.</param>
/// <param name="Error">By how much forecasts of the rate have erred of late, in the mean.</param>
/// <param name="Burstiness">
/// Variance of the number that comes in an interval by its mean: 1 where requests come independently of each other.
/// </param>
public sealed record TrafficForecast(
    double Rate,
    double PromptTokens,
    double PromptVariation,
    double CachedShare,
    double OutputTokens,
    string By,
    double Error = 0,
    double Burstiness = 1)
{
    public static TrafficForecast Nothing { get; } = new(0, 0, 0, 0, 0, "nothing yet");

    /// <summary>
    /// Mean length of an output by what has been asked for of late: how long it may be at most, and what share of that those
    /// that have ended took. It knows of longer outputs before they end; a mix of requests with a limit and without one that
    /// changes misleads it for a while. Zero where nothing is known.
    /// </summary>
    public double AskedOutputTokens { get; init; }

    /// <summary>Mean length of the prompts of those requests.</summary>
    public double AskedPromptTokens { get; init; }

    /// <summary>The rate to be ready for: four of five intervals have less, if the forecast is right in the mean.</summary>
    public double ProvisionedRate => Rate > 0 ? Rate + Error : 0;

    /// <summary>Prompt tokens that are to be computed.</summary>
    public double UncachedTokens => PromptTokens * (1 - CachedShare);
}
