using Baton.Contracts.Handoff;

namespace Baton.Silo.Handoff;

/// <summary>
/// Pulls over the producers' byte channels, by a few pooled connections each: while the thread of one waits for a core,
/// or for the other end, the bytes of another move.
/// </summary>
internal sealed class SocketPlane(string name, KvPlaneOptions options, TimeProvider time) : IKvPlane
{
    public const string Tcp = "tcp";
    public const string Unix = "uds";

    private readonly Lock _gate = new();
    private readonly Dictionary<Lane, Task<KvConnection?>> _connections = [];
    private readonly CancellationTokenSource _stopping = new();

    public string Name => name;

    public bool Reaches(KvLocation source) => KvEndpoint.IsUnix(source.Endpoint)
        ? name == Unix && source.HostId == options.HostId
        : name == Tcp && source.Endpoint.Length > 0;

    public async Task<string?> Pull(KvPull pull)
    {
        try
        {
            var lane = new Lane(
                pull.Descriptor.Source.Endpoint, pull.Descriptor.Number % options.ConnectionsPerPeer);
            // A kept connection may turn out to be dead; a new one that breaks has said what there is to say.
            if (Kept(lane) is { } kept)
            {
                var failure = await kept.Pull(pull);
                if (failure != KvFailure.Connection)
                    return failure;
                KvMetrics.Retried();
            }
            var connection = await Connect(lane).WaitAsync(pull.Cancelled);
            return connection is null ? KvFailure.Connection : await connection.Pull(pull);
        }
        catch (OperationCanceledException)
        {
            return KvFailure.Cancelled;
        }
    }

    public void Drop(KvLocation source)
    {
        lock (_gate)
        {
            foreach (var (lane, connection) in _connections.Where(c => c.Key.Endpoint == source.Endpoint).ToArray())
            {
                _connections.Remove(lane);
                _ = Close(connection);
            }
        }
    }

    public void Sweep()
    {
        lock (_gate)
        {
            foreach (var (lane, connection) in _connections.ToArray())
            {
                if (IsDead(connection))
                    _connections.Remove(lane);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        // First: from here on no new one is made.
        await _stopping.CancelAsync();
        Task<KvConnection?>[] all;
        lock (_gate)
        {
            all = [.. _connections.Values];
            _connections.Clear();
        }
        await Task.WhenAll(all.Select(Close));
        _stopping.Dispose();
    }

    private static bool IsDead(Task<KvConnection?> connection) =>
        connection.IsCompleted && !(connection.IsCompletedSuccessfully && connection.Result is { IsOpen: true });

    private static async Task Close(Task<KvConnection?> connecting)
    {
        if (await connecting is { } connection)
            await connection.DisposeAsync();
    }

    private KvConnection? Kept(Lane lane)
    {
        lock (_gate)
        {
            return _connections.TryGetValue(lane, out var known) && known.IsCompletedSuccessfully
                && known.Result is { IsOpen: true } open ? open : null;
        }
    }

    /// <summary>One attempt at a time for a lane; whoever asks meanwhile shares it.</summary>
    private Task<KvConnection?> Connect(Lane lane)
    {
        lock (_gate)
        {
            if (_stopping.IsCancellationRequested)
                return Task.FromResult<KvConnection?>(null);
            if (!_connections.TryGetValue(lane, out var known) || IsDead(known))
                _connections[lane] = known = KvConnection.Open(lane.Endpoint, options, time, _stopping.Token);
            return known;
        }
    }
    private readonly record struct Lane(string Endpoint, int Number);
}
