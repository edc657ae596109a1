using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Baton.Silo.Handoff;

/// <summary>
/// The byte channel of a process: sends leased blocks of its workers' pools to peers that know the cluster secret. A
/// request names a lease and a descriptor, never an address, so nothing else of the pools can be read.
/// </summary>
public sealed partial class KvServer : IAsyncDisposable
{
    private readonly KvServerOptions _options;
    private readonly KvLeaseTable _leases;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Socket _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<KvServerConnection, Task> _connections = [];
    private readonly ConcurrentDictionary<string, long> _closed = [];
    private readonly Task _accepting;
    private int _open;

    private KvServer(
        KvServerOptions options, KvLeaseTable leases, TimeProvider time, ILogger<KvServer> logger, Socket listener)
    {
        _options = options;
        _leases = leases;
        _time = time;
        _logger = logger;
        _listener = listener;
        Endpoint = options.SocketPath.Length > 0
            ? KvEndpoint.Of(options.SocketPath)
            : listener.LocalEndPoint!.ToString()!;
        _accepting = Accept();
    }

    /// <summary>For <see cref="Contracts.Handoff.KvLocation.Endpoint"/>.</summary>
    public string Endpoint { get; }

    public int Connections => Volatile.Read(ref _open);

    /// <summary>Connections closed so far, by reason (<see cref="KvClosed"/>).</summary>
    public IReadOnlyDictionary<string, long> Closed => _closed;

    /// <summary>Listens; throws when the address cannot be had.</summary>
    public static KvServer Start(
        KvServerOptions options, KvLeaseTable leases, TimeProvider time, ILogger<KvServer> logger)
    {
        ArgumentException.ThrowIfNullOrEmpty(options.ClusterSecret);
        EndPoint endpoint = options.SocketPath.Length > 0
            ? new UnixDomainSocketEndPoint(options.SocketPath)
            : options.Listen;
        var listener = KvEndpoint.NewSocket(endpoint);
        try
        {
            listener.Bind(endpoint);
            if (options.SocketPath.Length > 0 && !OperatingSystem.IsWindows())
                File.SetUnixFileMode(options.SocketPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            listener.Listen();
            return new KvServer(options, leases, time, logger, listener);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
            return;
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections.Values);
        if (_options.SocketPath.Length > 0)
            File.Delete(_options.SocketPath);
        _stopping.Dispose();
    }

    private async Task Accept()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Admit(await _listener.AcceptAsync(_stopping.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                // A client that was gone before it was accepted, or no descriptors left: the next may do better.
                LogAccept(_logger, e.SocketErrorCode);
                await Task.Yield();
            }
        }
    }

    private void Admit(Socket socket)
    {
        // Before it is counted: a socket that was reset meanwhile may throw.
        KvEndpoint.Tune(socket);
        if (Interlocked.Increment(ref _open) > _options.MaxConnections)
        {
            Interlocked.Decrement(ref _open);
            socket.Dispose();
            Count(KvClosed.Full);
            return;
        }
        var channel = new NetworkStream(socket, ownsSocket: true);
        var connection = new KvServerConnection(channel, _options, _leases, _time);
        try
        {
            _connections.TryAdd(connection, KvThread.Start("kv-serve", () => Serve(connection)));
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            connection.Dispose();
            Interlocked.Decrement(ref _open);
            Count(KvClosed.Full);
            return;
        }
        // It may have ended before it was put in.
        if (connection.HasEnded)
            _connections.TryRemove(connection, out _);
    }

    private void Serve(KvServerConnection connection)
    {
        var reason = connection.Run(_stopping.Token);
        connection.Dispose();
        Interlocked.Decrement(ref _open);
        Count(reason);
        _connections.TryRemove(connection, out _);
    }

    private void Count(string reason)
    {
        _closed.AddOrUpdate(reason, 1, (_, n) => n + 1);
        KvMetrics.ConnectionClosed(reason);
        if (reason is KvClosed.Secret or KvClosed.Version or KvClosed.Frame or KvClosed.Full)
            LogRefused(_logger, reason);
    }

    [LoggerMessage(1, LogLevel.Warning, "A byte channel was refused: {Reason}")]
    private static partial void LogRefused(ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Warning, "A byte channel could not be accepted: {Error}")]
    private static partial void LogAccept(ILogger logger, SocketError error);
}
