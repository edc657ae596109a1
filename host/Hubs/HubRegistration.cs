using Baton.Host.Api;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace Baton.Host.Hubs;

/// <summary>Puts the hubs into a host.</summary>
internal static class HubRegistration
{
    // Often enough for a client to take a gateway that hangs for gone while its user still waits.
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(3);

    public static void AddBatonHubs(this IServiceCollection services)
    {
        services.AddSignalR(static hubs => hubs.KeepAliveInterval = KeepAlive).AddMessagePackProtocol();
        services.AddOptions<HubOptions>().Configure<IOptions<ApiOptions>>(
            static (hubs, api) => hubs.MaximumReceiveMessageSize = api.Value.MaxBodyBytes);
    }

    public static void MapBatonHubs(this IEndpointRouteBuilder routes)
    {
        routes.MapHub<ChatHub>("/hubs/chat");
        routes.MapHub<ClusterHub>("/hubs/cluster");
    }
}
