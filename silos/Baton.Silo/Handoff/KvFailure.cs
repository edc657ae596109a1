namespace Baton.Silo.Handoff;

/// <summary>The reasons for which a handoff, a pull or a descriptor fails; also the values of the metric's tag.</summary>
public static class KvFailure
{
    /// <summary>No reservation by that key here: never made, already ended, or of another attempt.</summary>
    public const string Unknown = "unknown";

    /// <summary>The pools' layouts differ.</summary>
    public const string Fingerprint = "fingerprint";

    /// <summary>Blocks outside the reservation or the pool, or sent twice.</summary>
    public const string Range = "range";

    /// <summary>Another producer than the one that began.</summary>
    public const string Producer = "producer";

    /// <summary>More descriptors wait than the bound allows.</summary>
    public const string Busy = "busy";

    /// <summary>The lease had ended before all bytes were over.</summary>
    public const string Lease = "lease";

    /// <summary>No data plane reaches the producer.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>The byte channel could not be opened or broke.</summary>
    public const string Connection = "connection";

    /// <summary>The bytes are not those that were sent.</summary>
    public const string Checksum = "checksum";

    /// <summary>No progress for too long.</summary>
    public const string Timeout = "timeout";

    /// <summary>Decode needs it no more.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>The other side's worker is dead.</summary>
    public const string PeerGone = "peer-gone";

    /// <summary>The descriptor could not be published.</summary>
    public const string Publish = "publish";

    /// <summary>This side is shutting down.</summary>
    public const string Shutdown = "shutdown";
}
