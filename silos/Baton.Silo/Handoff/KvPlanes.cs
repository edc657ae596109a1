using Baton.Contracts.Handoff;
using Baton.Silo.Memory;

namespace Baton.Silo.Handoff;

/// <summary>The data planes of a process, the one to prefer first; shared by its decode workers.</summary>
public sealed class KvPlanes : IAsyncDisposable
{
    private readonly IKvPlane[] _planes;

    public KvPlanes(KvPlaneOptions options, TimeProvider time)
    {
        var shared = new SharedMemoryPlane(options, new KvMappings());
        var unix = new SocketPlane(SocketPlane.Unix, options, time);
        var tcp = new SocketPlane(SocketPlane.Tcp, options, time);
        _planes = options.Mode switch
        {
            KvPlaneMode.Shm => [shared],
            KvPlaneMode.Uds => [unix],
            KvPlaneMode.Tcp => [tcp],
            _ => [shared, unix, tcp],
        };
    }

    internal KvPlanes(params IKvPlane[] planes) => _planes = planes;

    /// <summary>Null when none leads there.</summary>
    internal IKvPlane? Select(KvLocation source) => Array.Find(_planes, p => p.Reaches(source));

    internal void Drop(KvLocation source)
    {
        foreach (var plane in _planes)
            plane.Drop(source);
    }

    internal void Sweep()
    {
        foreach (var plane in _planes)
            plane.Sweep();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var plane in _planes)
            await plane.DisposeAsync();
    }
}
