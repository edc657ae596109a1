namespace Baton.Silo.Handoff;

/// <summary>Why the server closed a byte channel; also the values of the metric's tag.</summary>
public static class KvClosed
{
    /// <summary>The client went.</summary>
    public const string ByPeer = "peer";

    /// <summary>The network broke.</summary>
    public const string Broken = "broken";

    /// <summary>Not a frame of this protocol.</summary>
    public const string Frame = "frame";

    /// <summary>A version of the protocol that is not spoken here.</summary>
    public const string Version = "version";

    /// <summary>The client does not know the cluster secret.</summary>
    public const string Secret = "secret";

    /// <summary>The handshake or a frame took too long, or nothing was taken off the other end.</summary>
    public const string Timeout = "timeout";

    /// <summary>As many connections as the bound allows.</summary>
    public const string Full = "full";

    /// <summary>The server is shutting down.</summary>
    public const string Shutdown = "shutdown";
}
