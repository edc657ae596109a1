namespace Baton.Silo.Handoff;

/// <summary>The option <c>--data-plane</c>.</summary>
public enum KvPlaneMode
{
    /// <summary>Shared memory on one host, else the producer's socket.</summary>
    Auto,

    /// <summary>Shared memory or failure.</summary>
    Shm,

    /// <summary>TCP, also on one host.</summary>
    Tcp,

    /// <summary>Unix socket: one host without a shared directory in memory.</summary>
    Uds,
}
