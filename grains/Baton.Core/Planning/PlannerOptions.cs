namespace Baton.Core.Planning;

/// <summary>What the planner aims at, and its bounds.</summary>
public sealed record PlannerOptions
{
    public static readonly TimeSpan LeastInterval = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan MostInterval = TimeSpan.FromHours(1);

    public PhaseCounts Min { get; init; } = new(1, 1);

    public PhaseCounts Max { get; init; } = new(4, 4);

    /// <summary>Most GPUs of all workers together; a CPU worker counts as one. Null: no bound but <see cref="Max"/>.</summary>
    public int? Budget { get; init; }

    /// <summary>Fewest and most decode workers for each prefill worker; no bound where null.</summary>
    public (double Least, double Most)? DecodePerPrefill { get; init; }

    /// <summary>Target for the time to the first token.</summary>
    public TimeSpan Ttft { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Target for the time of each token after it.</summary>
    public TimeSpan Tpot { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Share of the requests that shall meet a target.</summary>
    public double Attainment { get; init; } = 0.97;

    /// <summary>Time between decisions.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>After a change of a phase, how long it does not shrink.</summary>
    public TimeSpan Cooldown { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A worker that has not become ready after this is counted out, and another is ordered in its place.</summary>
    public TimeSpan PendingTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Workers of a phase that time out in a row before no more of it are ordered for a <see cref="GiveUpFor"/>.</summary>
    public int PendingTries { get; init; } = 3;

    public TimeSpan GiveUpFor { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// A phase shrinks only if what would be left keeps to this share of its target. Smaller: later, and steadier.
    /// </summary>
    public double ShrinkBelow { get; init; } = 0.8;

    /// <summary>With <see cref="Min"/> 0: a cluster without a request for so long goes to zero.</summary>
    public TimeSpan IdleToZero { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Why nothing can be planned by this; null when it can.</summary>
    public string? Fault() =>
        Min.Prefill < 0 || Min.Decode < 0 ? "the least of a phase is 0"
        : Max.Prefill < Math.Max(1, Min.Prefill) || Max.Decode < Math.Max(1, Min.Decode)
            ? "the most of a phase is at least 1 and its least"
        : Interval < LeastInterval || Interval > MostInterval ? "decisions are 100 ms to an hour apart"
        : Ttft <= TimeSpan.Zero || Tpot <= TimeSpan.Zero ? "targets must be above 0"
        : null;

    public void Validate()
    {
        if (Fault() is { } fault)
            throw new ArgumentException(fault);
    }
}
