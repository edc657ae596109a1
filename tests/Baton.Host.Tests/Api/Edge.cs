using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Baton.Core.Engine;
using Baton.Host.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Baton.Host.Tests.Api;

/// <summary>The whole edge on a port of its own, over sessions that play scripts.</summary>
internal sealed class Edge : IAsyncDisposable
{
    public const string Model = "test/tiny";
    public const int Context = 200;
    public const string ChatBody = """{"model":"test/tiny","messages":[{"role":"user","content":"x"}]}""";
    public const string StreamBody =
        """{"model":"test/tiny","stream":true,"messages":[{"role":"user","content":"x"}]}""";

    private readonly WebApplication _app;

    private Edge(WebApplication app, FakeSessions sessions, FakeReport report, FakeTemplate template)
    {
        _app = app;
        Sessions = sessions;
        Report = report;
        Template = template;
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Http = new HttpClient { BaseAddress = new Uri(address) };
    }

    public FakeSessions Sessions { get; }

    public FakeReport Report { get; }

    public FakeTemplate Template { get; }

    public HttpClient Http { get; }

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<Edge> StartAsync(
        Action<ApiOptions>? configure = null,
        bool hasTemplate = true,
        GenerationDefaults? defaults = null,
        TimeProvider? time = null)
    {
        var sessions = new FakeSessions();
        var report = new FakeReport();
        var template = new FakeTemplate();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(new ServedModel(
            new ModelInfo(Model, Context, 257, 0),
            new FakeTokenizer(),
            hasTemplate ? template : null,
            defaults ?? new GenerationDefaults(),
            [FakeTokenizer.End],
            DateTimeOffset.FromUnixTimeSeconds(1_700_000_000)));
        builder.Services.AddSingleton<TimeProvider>(time ?? new FixedTime());
        builder.Services.AddSingleton(new SeedSource(() => 99));
        builder.Services.AddSingleton<ISessions>(sessions);
        builder.Services.AddSingleton<IClusterReport>(report);
        builder.Services.AddSingleton<IClusterControl>(new FakeControl());
        builder.Services.AddBatonApi();
        builder.Services.Configure(configure ?? (_ => { }));
        var app = builder.Build();
        app.MapBatonApi();
        app.MapGet("/live", () => "live");
        app.MapGet("/bug", (string? x) => x is null ? throw new InvalidOperationException("/secret/path") : "");
        await app.StartAsync(Stop);
        return new Edge(app, sessions, report, template);
    }

    public static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    public Task<HttpResponseMessage> PostAsync(string path, string body, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Json(body) };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
    }

    public Task<HttpResponseMessage> ChatAsync(string body, params (string Name, string Value)[] headers) =>
        PostAsync("/v1/chat/completions", body, headers);

    /// <summary>The JSON of an answer that must be a 200.</summary>
    public async Task<JsonNode> OkAsync(string path, string body)
    {
        using var response = await PostAsync(path, body);
        var text = await response.Content.ReadAsStringAsync(Stop);
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        return JsonNode.Parse(text)!;
    }

    public async Task<string> TextAsync(string path, string body)
    {
        using var response = await PostAsync(path, body);
        return await response.Content.ReadAsStringAsync(Stop);
    }

    /// <summary>The error object of an answer; it always has the four fields.</summary>
    public static async Task<JsonObject> ErrorAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        var text = await response.Content.ReadAsStringAsync(Stop);
        Assert.True(response.StatusCode == status, $"{response.StatusCode}: {text}");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var error = JsonNode.Parse(text)!["error"]!.AsObject();
        Assert.Equal(["message", "type", "param", "code"], error.Select(f => f.Key));
        Assert.NotEmpty((string)error["message"]!);
        return error;
    }

    /// <summary>The events of a stream: id (null for none) and data.</summary>
    public static List<(int? Id, string Data)> Events(string text)
    {
        var events = new List<(int?, string)>();
        foreach (var block in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = block.Split('\n');
            int? id = lines[0].StartsWith("id: ", StringComparison.Ordinal)
                ? int.Parse(lines[0][4..], System.Globalization.CultureInfo.InvariantCulture)
                : null;
            events.Add((id, lines[^1]["data: ".Length..]));
        }

        return events;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
