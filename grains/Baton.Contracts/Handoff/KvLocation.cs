namespace Baton.Contracts.Handoff;

/// <summary>A worker's KV pool as others reach it.</summary>
/// <param name="Worker">Whose pool it is.</param>
/// <param name="HostId">Equal on two workers only if they share memory.</param>
/// <param name="SharedMemory">Path of the mapped segment; empty when the pool is private.</param>
/// <param name="Endpoint">ip:port of the worker's byte channel, or unix:path.</param>
[GenerateSerializer, Immutable, Alias("baton.KvLocation")]
public sealed record KvLocation(WorkerId Worker, string HostId, string SharedMemory, string Endpoint);
