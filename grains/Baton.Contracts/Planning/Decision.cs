using Baton.Core.Planning;

namespace Baton.Contracts.Planning;

/// <summary>A decision about the number of workers, as it can be read afterwards.</summary>
[GenerateSerializer, Immutable, Alias("baton.Decision")]
public sealed record Decision
{
    [Id(0)] public required DateTimeOffset At { get; init; }

    [Id(1)] public required PlanMode Mode { get; init; }

    [Id(2)] public required PhaseDecision Prefill { get; init; }

    [Id(3)] public required PhaseDecision Decode { get; init; }

    /// <summary>Sequences a second that were foreseen.</summary>
    [Id(4)] public double Rate { get; init; }

    /// <summary>Their mean prompt, in tokens.</summary>
    [Id(5)] public double PromptTokens { get; init; }

    /// <summary>Share of it that prefix caches have.</summary>
    [Id(6)] public double CachedShare { get; init; }

    /// <summary>Their mean output, in tokens.</summary>
    [Id(7)] public double OutputTokens { get; init; }

    /// <summary>How the rate was foreseen.</summary>
    [Id(8)] public string ForecastBy { get; init; } = "";

    /// <summary>What was done: workers asked for, workers that drain, or why nothing was.</summary>
    [Id(9)] public string Outcome { get; init; } = "";

    /// <summary>Later decisions in a row that changed nothing either, and were alike.</summary>
    [Id(10)] public int Repeated { get; init; }

    /// <summary>Whether it changed the number of workers, or would have.</summary>
    public bool Changes => Prefill.Current != Prefill.Desired || Decode.Current != Decode.Desired;
}
