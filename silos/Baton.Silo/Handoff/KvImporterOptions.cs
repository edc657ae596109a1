namespace Baton.Silo.Handoff;

/// <summary>Bounds of the consumer's side.</summary>
public sealed record KvImporterOptions
{
    /// <summary>Without progress for so long, a transfer that has something to wait for fails.</summary>
    public TimeSpan TransferDeadline { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Descriptors accepted and not yet pulled, of all producers.</summary>
    public int MaxQueued { get; init; } = 4096;

    /// <summary>Pulls from one producer at a time.</summary>
    public int PullsPerPeer { get; init; } = 4;

    /// <summary>
    /// Bytes that may land before their producer is told, while more comes from it and no handoff is complete; a fraction
    /// of its window, or it would run dry.
    /// </summary>
    public long MaxHeldBytes { get; init; } = 32L << 20;

    /// <summary>Landed handoffs remembered, so that a redelivered descriptor is answered and not refused.</summary>
    public int MaxRemembered { get; init; } = 4096;

    /// <summary>How often deadlines are looked at.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What its loops run on; never the caller's, which may be a grain's.</summary>
    public TaskScheduler Scheduler { get; init; } = TaskScheduler.Default;
}
