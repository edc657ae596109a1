namespace Baton.Simulator.Placement;

/// <summary>When a rate counts as served.</summary>
public sealed record Goal
{
    public required SloTarget Slo { get; init; }

    /// <summary>Share of the requests that must meet the targets.</summary>
    public double Attainment { get; init; } = 0.9;

    /// <summary>
    /// Each target by that share of the requests, not both by the same ones: the weaker measure that DistServe reports.
    /// </summary>
    public bool Separately { get; init; }

    internal bool IsMet(Results.Attainment reached) => Separately
        ? Math.Min(reached.Ttft, reached.Tpot) >= Attainment
        : reached.Both >= Attainment;
}
