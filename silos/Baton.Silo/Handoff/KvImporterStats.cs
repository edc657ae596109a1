namespace Baton.Silo.Handoff;

/// <summary>The consumer's side in numbers; all but the first two only grow.</summary>
public sealed record KvImporterStats
{
    /// <summary>Reservations that wait for KV or are being filled.</summary>
    public int Expected { get; init; }

    /// <summary>Descriptors accepted and not yet pulled.</summary>
    public int Queued { get; init; }

    public long Landed { get; init; }

    public long Failed { get; init; }

    public long Bytes { get; init; }

    /// <summary>Descriptors that were refused.</summary>
    public long Refused { get; init; }

    /// <summary>Descriptors that had been seen before.</summary>
    public long Duplicates { get; init; }
}
