using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Baton.Client.Tests;

/// <summary>A gateway that speaks the hub's contract and breaks connections where a test says so.</summary>
internal sealed class FakeGateway : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeGateway(WebApplication app)
    {
        _app = app;
        State = app.Services.GetRequiredService<GatewayState>();
        Url = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public GatewayState State { get; }

    public Uri Url { get; }

    public static async Task<FakeGateway> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<GatewayState>();
        builder.Services.AddSignalR().AddMessagePackProtocol();
        var app = builder.Build();
        app.MapHub<FakeChatHub>("/hubs/chat");
        app.MapGet("/cluster", () => """{"model":"tiny","workers":[{"id":"w1","role":"decode"}],"sessions":{"active":2},"decisions":[{"t":"2026-01-01T00:00:00Z","mode":"auto","prefill":{"current":1,"desired":2,"why":"a queue"},"decode":{"current":1,"desired":1,"why":"idle"},"forecast":{"rate":2,"promptTokens":30,"outputTokens":4,"by":"last value"},"outcome":"one starts","repeated":0}]}""");
        app.MapPost("/cluster/scale", (System.Text.Json.Nodes.JsonObject body) => body.ContainsKey("decode")
            ? Results.Json(new { prefill = new { desired = 1, ready = 1 }, decode = new { desired = (int)body["decode"]!, ready = 1 } }, statusCode: 202)
            : Results.Json(new { error = new { message = "Nothing can start workers.", code = "cannot_scale" } }, statusCode: 409));
        app.MapPost("/cluster/workers/w1/drain", () => Results.Json(new { id = "w1", state = "draining" }, statusCode: 202));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new FakeGateway(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
