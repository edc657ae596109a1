using System.Net;

namespace Baton.Silo.Handoff;

/// <summary>The byte channel's server.</summary>
public sealed record KvServerOptions
{
    public required string ClusterSecret { get; init; }

    /// <summary>Address to listen on; port 0 takes any free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>Set to listen on a Unix socket at this path and not on TCP.</summary>
    public string SocketPath { get; init; } = "";

    /// <summary>Each has a thread.</summary>
    public int MaxConnections { get; init; } = 512;

    /// <summary>For the handshake as a whole, and for the rest of a request that has begun.</summary>
    public TimeSpan FrameTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For one run of blocks to be taken off by the other end.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
