namespace Baton.Silo.Handoff;

/// <summary>Bounds of the producer's side.</summary>
public sealed record KvExporterOptions
{
    /// <summary>Bytes described to one decode worker and not yet acknowledged.</summary>
    public long WindowBytes { get; init; } = 128L << 20;

    /// <summary>How long blocks wait to be collected, from the latest publication or acknowledgement.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Most bytes of one descriptor; at least those of one block.</summary>
    public int MaxDescriptorBytes { get; init; } = 16 << 20;

    /// <summary>Handoffs open at a time.</summary>
    public int MaxOpen { get; init; } = 4096;

    /// <summary>Descriptors of one decode worker that wait for its window.</summary>
    public int MaxWaiting { get; init; } = 16384;

    /// <summary>How often leases are looked at.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What its loops run on; never the caller's, which may be a grain's.</summary>
    public TaskScheduler Scheduler { get; init; } = TaskScheduler.Default;
}
