using Baton.Contracts.Handoff;

namespace Baton.Silo.Handoff;

/// <summary>Pulls over the producers' byte channels, one pooled connection each.</summary>
internal sealed class SocketPlane(string name, KvPlaneOptions options, TimeProvider time) : IKvPlane
{
    public const string Tcp = "tcp";
    public const string Unix = "uds";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task<KvConnection?>> _connections = [];
    private readonly CancellationTokenSource _stopping = new();

    public string Name => name;

    public bool Reaches(KvLocation source) => KvEndpoint.IsUnix(source.Endpoint)
        ? name == Unix && source.HostId == options.HostId
        : name == Tcp && source.Endpoint.Length > 0;

    public async Task<string?> Pull(KvPull pull)
    {
        try
        {
            // A kept connection may turn out to be dead; a new one that breaks has said what there is to say.
            if (Kept(pull.Descriptor.Source.Endpoint) is { } kept)
            {
                var failure = await kept.Pull(pull);
                if (failure != KvFailure.Connection)
                    return failure;
            }
            var connection = await Connect(pull.Descriptor.Source.Endpoint).WaitAsync(pull.Cancelled);
            return connection is null ? KvFailure.Connection : await connection.Pull(pull);
        }
        catch (OperationCanceledException)
        {
            return KvFailure.Cancelled;
        }
    }

    public void Drop(KvLocation source)
    {
        Task<KvConnection?>? dropped;
        lock (_gate)
            _connections.Remove(source.Endpoint, out dropped);
        if (dropped is not null)
            _ = Close(dropped);
    }

    public void Sweep()
    {
        lock (_gate)
        {
            foreach (var (endpoint, connection) in _connections.ToArray())
            {
                if (IsDead(connection))
                    _connections.Remove(endpoint);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task<KvConnection?>[] all;
        lock (_gate)
        {
            all = [.. _connections.Values];
            _connections.Clear();
        }
        await _stopping.CancelAsync();
        await Task.WhenAll(all.Select(Close));
        _stopping.Dispose();
    }

    private static bool IsDead(Task<KvConnection?> connection) =>
        connection.IsCompletedSuccessfully && connection.Result is not { IsOpen: true };

    private static async Task Close(Task<KvConnection?> connecting)
    {
        if (await connecting is { } connection)
            await connection.DisposeAsync();
    }

    private KvConnection? Kept(string endpoint)
    {
        lock (_gate)
        {
            return _connections.TryGetValue(endpoint, out var known) && known.IsCompletedSuccessfully
                && known.Result is { IsOpen: true } open ? open : null;
        }
    }

    /// <summary>One attempt at a time for an endpoint; whoever asks meanwhile shares it.</summary>
    private Task<KvConnection?> Connect(string endpoint)
    {
        lock (_gate)
        {
            if (_stopping.IsCancellationRequested)
                return Task.FromResult<KvConnection?>(null);
            if (!_connections.TryGetValue(endpoint, out var known) || IsDead(known))
                _connections[endpoint] = known = KvConnection.Open(endpoint, options, time, _stopping.Token);
            return known;
        }
    }
}
