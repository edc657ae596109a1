using Baton.Contracts.Handoff;
using Baton.Silo.Memory;

namespace Baton.Silo.Handoff;

/// <summary>The data planes of a process, the one to prefer first; shared by its decode workers.</summary>
public sealed class KvPlanes : IAsyncDisposable
{
    private readonly IKvPlane[] _planes;

    public KvPlanes(KvPlaneOptions options, TimeProvider time)
    {
        _planes = options.Mode switch
        {
            KvPlaneMode.Shm => [Shared()],
            KvPlaneMode.Uds => [Sockets(SocketPlane.Unix)],
            KvPlaneMode.Tcp => [Sockets(SocketPlane.Tcp)],
            _ => [Shared(), Sockets(SocketPlane.Unix), Sockets(SocketPlane.Tcp)],
        };

        SharedMemoryPlane Shared() => new(options, new KvMappings());
        SocketPlane Sockets(string name) => new(name, options, time);
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
