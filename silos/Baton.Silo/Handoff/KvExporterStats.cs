namespace Baton.Silo.Handoff;

/// <summary>The producer's side in numbers; all but <see cref="Open"/> and <see cref="UnackedBytes"/> only grow.</summary>
public sealed record KvExporterStats
{
    /// <summary>Handoffs not yet ended.</summary>
    public int Open { get; init; }

    /// <summary>Bytes described and not yet acknowledged.</summary>
    public long UnackedBytes { get; init; }

    /// <summary>Bytes acknowledged.</summary>
    public long BytesSent { get; init; }

    /// <summary>Handoffs that landed whole.</summary>
    public long Completed { get; init; }

    /// <summary>Handoffs that failed, by refusal or otherwise.</summary>
    public long Failed { get; init; }

    public long LeasesExpired { get; init; }

    public long Aborted { get; init; }

    /// <summary>Handoffs that were not opened: the bound was reached or the key was open already.</summary>
    public long Refused { get; init; }

    /// <summary>Acknowledgements that were late, repeated or of no handoff here.</summary>
    public long IgnoredAcks { get; init; }
}
