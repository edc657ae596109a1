namespace Baton.Core.Planning;

/// <summary>What was decided about one phase, and why.</summary>
/// <param name="Current">Workers that start or are ready.</param>
/// <param name="Predicted">Workers that the forecast needs.</param>
/// <param name="Reaction">What their load calls for: 1, 0 or -1.</param>
/// <param name="Desired">The decision.</param>
/// <param name="Why">The forecast's part, the load's part, and what held it back.</param>
public sealed record PhaseDecision(int Current, int Predicted, int Reaction, int Desired, string Why);

/// <summary>One decision about both phases, with its inputs.</summary>
public sealed record ScaleDecision
{
    public required TimeSpan At { get; init; }

    public required PhaseDecision Prefill { get; init; }

    public required PhaseDecision Decode { get; init; }

    public required TrafficForecast Forecast { get; init; }

    /// <summary>Workers that did not become ready in time: to be stopped, others come in their place.</summary>
    public IReadOnlyList<string> Abandoned { get; init; } = [];

    public PhaseCounts Current => new(Prefill.Current, Decode.Current);

    public PhaseCounts Desired => new(Prefill.Desired, Decode.Desired);

    /// <summary>Whether anything is to be done.</summary>
    public bool Changes => Current != Desired || Abandoned.Count > 0;

    public PhaseDecision this[Phase phase] => phase == Phase.Prefill ? Prefill : Decode;
}
