using Baton.Host.Api;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace Baton.Host.Hubs;

/// <summary>Puts the hubs into a host.</summary>
internal static class HubRegistration
{
    public static void AddBatonHubs(this IServiceCollection services)
    {
        services.AddSignalR().AddMessagePackProtocol();
        services.AddOptions<HubOptions>().Configure<IOptions<ApiOptions>>(
            static (hubs, api) => hubs.MaximumReceiveMessageSize = api.Value.MaxBodyBytes);
    }

    public static void MapBatonHubs(this IEndpointRouteBuilder routes)
    {
        routes.MapHub<ChatHub>("/hubs/chat");
        routes.MapHub<ClusterHub>("/hubs/cluster");
    }
}
