namespace Baton.Silo.Handoff;

/// <summary>Bounds of the consumer's data planes.</summary>
public sealed record KvPlaneOptions
{
    public KvPlaneMode Mode { get; init; } = KvPlaneMode.Auto;

    /// <summary>Where this process is; equal to a producer's only if they share memory.</summary>
    public required string HostId { get; init; }

    /// <summary>Known to the workers of the cluster; a byte channel without it is refused.</summary>
    public required string ClusterSecret { get; init; }

    /// <summary>Descriptors copied from shared memory at a time; each keeps a core busy.</summary>
    public int MaxConcurrentCopies { get; init; } = 2;

    /// <summary>Byte channels to one producer; the descriptors of a handoff take turns.</summary>
    public int ConnectionsPerPeer { get; init; } = 2;

    /// <summary>For a connection to be made and authenticated.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
