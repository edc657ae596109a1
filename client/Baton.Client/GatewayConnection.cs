using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Baton.Client;

/// <summary>
/// A hub connection that is opened when it is needed and opened again when it was lost: at the next gateway where there
/// are several, for the one that was lost may be dead.
/// </summary>
internal sealed class GatewayConnection(BatonClientOptions options) : IAsyncDisposable
{
    // Sooner than a hung gateway's own silence would be noticed: there may be others to try.
    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ServerTimeout = TimeSpan.FromSeconds(8);

    private readonly HubConnection?[] _hubs = new HubConnection?[1 + options.OtherUrls.Count];
    private readonly bool[] _wasOpen = new bool[1 + options.OtherUrls.Count];
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<HubConnection, byte> _left = [];
    private readonly SemaphoreSlim _opening = new(1);
    private int _current;

    /// <summary>The open connection.</summary>
    public async Task<HubConnection> OpenAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            for (var tried = 1; ; tried++)
            {
                if (_hubs[_current] is { State: not HubConnectionState.Connected })
                {
                    // A stream breaks before its connection says that it is closed.
                    Lost(_current);
                }

                var index = _current;
                var hub = _hubs[index] ??= Build(Url(index));
                if (hub.State == HubConnectionState.Connected)
                {
                    return hub;
                }

                try
                {
                    await StartAsync(hub, cancellationToken);
                    _wasOpen[index] = true;
                    return hub;
                }
                catch (Exception) when (tried < _hubs.Length && !cancellationToken.IsCancellationRequested)
                {
                    _current = (_current + 1) % _hubs.Length;
                }
            }
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Its gateway takes nothing new: what comes goes elsewhere, what runs on it runs out.</summary>
    public void Leave(HubConnection hub)
    {
        var index = Array.IndexOf(_hubs, hub);
        if (index >= 0 && Interlocked.CompareExchange(ref _hubs[index], null, hub) == hub)
        {
            _left[hub] = 0;
            _wasOpen[index] = false;
            _current = (index + 1) % _hubs.Length;
        }
    }

    /// <summary>A connection that was open is not any more: the next is opened elsewhere.</summary>
    private void Lost(int index)
    {
        lock (_gate)
        {
            if (_wasOpen[index])
            {
                _wasOpen[index] = false;
                _current = (index + 1) % _hubs.Length;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var hub in _hubs.OfType<HubConnection>().Concat(_left.Keys))
        {
            await hub.DisposeAsync();
        }

        _opening.Dispose();
    }

    private async Task StartAsync(HubConnection hub, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(OpenTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            await hub.StartAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException("The gateway did not answer in time.");
        }
    }

    private Uri Url(int index) => index == 0 ? options.Url : options.OtherUrls[index - 1];

    private HubConnection Build(Uri url)
    {
        var builder = new HubConnectionBuilder()
            .WithUrl(
                new Uri(url, "hubs/chat"),
                http => http.AccessTokenProvider = options.ApiKey is null ? null : () => Task.FromResult(options.ApiKey)!)
            .WithServerTimeout(ServerTimeout);
        var hub = (options.UseMessagePack ? builder.AddMessagePackProtocol() : builder).Build();
        hub.Closed += _ =>
        {
            _left.TryRemove(hub, out var _);
            if (Array.IndexOf(_hubs, hub) is >= 0 and var index)
            {
                Lost(index);
            }

            return Task.CompletedTask;
        };
        return hub;
    }
}
