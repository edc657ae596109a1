namespace Baton.Core.Engine;

/// <summary>An engine's load after a step, as the router and the planner read it.</summary>
public sealed record EngineLoad
{
    public static EngineLoad Idle { get; } = new();

    /// <summary>Sequences in the running batch.</summary>
    public int Running { get; init; }

    /// <summary>Sequences that wait for their first step.</summary>
    public int Waiting { get; init; }

    /// <summary>Tokens that are still to be prefilled, running and waiting, prefix hits taken off.</summary>
    public int PrefillTokens { get; init; }

    /// <summary>Positions held by live sequences.</summary>
    public int ResidentTokens { get; init; }

    /// <summary>Of these, positions of sequences whose KV is on its way here.</summary>
    public int ReservedTokens { get; init; }

    /// <summary>Prefilled sequences whose blocks wait for their handoff to end.</summary>
    public int Parked { get; init; }

    /// <summary>Sequences that hold blocks for KV on its way here.</summary>
    public int Reserved { get; init; }

    /// <summary>Sequences that wait for blocks to reserve.</summary>
    public int ReservationsWaiting { get; init; }

    /// <summary>Blocks held by live sequences.</summary>
    public int BlocksUsed { get; init; }

    /// <summary>Blocks that hold a reusable prefix and that no sequence holds.</summary>
    public int BlocksCached { get; init; }

    public int BlocksTotal { get; init; }

    /// <summary>Steps run since the start.</summary>
    public long Steps { get; init; }

    /// <summary>Tokens generated since the start.</summary>
    public long TokensGenerated { get; init; }

    /// <summary>Prompt tokens since the start that were found in the prefix cache, of sequences prefilled here.</summary>
    public long CachedTokens { get; init; }

    /// <summary>Sequences preempted since the start.</summary>
    public long Preemptions { get; init; }

    /// <summary>Moving average of the time of a step.</summary>
    public TimeSpan StepTime { get; init; }

    /// <summary>Moving average of prefilled tokens a second, over steps that prefill; 0 before the first.</summary>
    public double PrefillTokensPerSecond { get; init; }
}
