using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Baton.Client;

/// <summary>A hub connection that is opened when it is needed and opened again when it was lost.</summary>
internal sealed class GatewayConnection : IAsyncDisposable
{
    private readonly HubConnection _hub;
    private readonly SemaphoreSlim _opening = new(1);

    public GatewayConnection(BatonClientOptions options)
    {
        var builder = new HubConnectionBuilder().WithUrl(
            new Uri(options.Url, "hubs/chat"),
            http => http.AccessTokenProvider = options.ApiKey is null ? null : () => Task.FromResult(options.ApiKey)!);
        _hub = (options.UseMessagePack ? builder.AddMessagePackProtocol() : builder).Build();
    }

    /// <summary>The open connection.</summary>
    public async Task<HubConnection> OpenAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            if (_hub.State == HubConnectionState.Disconnected)
            {
                await _hub.StartAsync(cancellationToken);
            }

            return _hub;
        }
        finally
        {
            _opening.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        _opening.Dispose();
    }
}
