using Baton.Core.Costs;
using Baton.Core.Engine;
using Baton.Core.Planning;

namespace Baton.Core.Tests.Planning;

/// <summary>Clusters to plan for.</summary>
internal static class Observations
{
    public static readonly WorkerProfile Profile = PublishedProfiles.Find("opt-13b")! with { StartSeconds = 5 };

    public static WorkerObservation Worker(
        Phase phase, int number, EngineLoad? load = null, WorkerStage stage = WorkerStage.Ready, double orderedAt = 0) => new()
        {
            Name = $"{phase}-{number}",
            Phase = phase,
            Stage = stage,
            OrderedAt = TimeSpan.FromSeconds(orderedAt),
            Profile = Profile,
            Load = load ?? EngineLoad.Idle,
            KvTokens = Profile.KvTokens,
            MaxSequences = Profile.MaxSequences,
            StepTokens = Profile.StepTokens,
        };

    public static IReadOnlyList<WorkerObservation> Workers(
        int prefill, int decode, EngineLoad? prefillLoad = null, EngineLoad? decodeLoad = null) =>
    [
        .. Enumerable.Range(0, prefill).Select(i => Worker(Phase.Prefill, i, prefillLoad)),
        .. Enumerable.Range(0, decode).Select(i => Worker(Phase.Decode, i, decodeLoad)),
    ];

    /// <summary>Traffic of equal requests, so many a second since the start.</summary>
    public static TrafficCounts Traffic(double seconds, double rate, int prompt, int output) => new()
    {
        Sequences = (long)(seconds * rate),
        PromptTokens = (long)(seconds * rate) * (double)prompt,
        PromptSquares = (long)(seconds * rate) * (double)prompt * prompt,
        Ended = (long)(seconds * rate),
        OutputTokens = (long)(seconds * rate) * (double)output,
    };

    public static TrafficForecast Forecast(double rate, double prompt, double output, double cached = 0) =>
        new(rate, prompt, 0.5, cached, output, "test");
}
