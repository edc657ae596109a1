namespace Baton.Silo.Memory;

/// <summary>Where a worker's KV pool lives.</summary>
public sealed record KvMemoryOptions
{
    /// <summary>A directory in memory that every worker of the host sees; empty for a private pool.</summary>
    public string Directory { get; init; } = "/dev/shm";
}
