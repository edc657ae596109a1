using System.Text.Json;
using System.Text.Json.Nodes;
using Baton.Host.Tests.Api;
using MessagePack;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Baton.Host.Tests.Hubs;

/// <summary>A client that knows nothing of the server's types: what it sees is what is on the wire.</summary>
internal sealed class HubClient(HubConnection connection, bool messagePack) : IAsyncDisposable
{
    public HubConnection Connection => connection;

    public static async Task<HubClient> ConnectAsync(
        Edge edge, bool messagePack, string path = "/hubs/chat", string query = "")
    {
        var builder = new HubConnectionBuilder().WithUrl(new Uri(edge.Http.BaseAddress!, path + query));
        var connection = (messagePack ? builder.AddMessagePackProtocol() : builder).Build();
        try
        {
            await connection.StartAsync(Edge.Stop);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        return new HubClient(connection, messagePack);
    }

    public static JsonNode Request(string id, bool logprobs = false) => Body(
        $$"""{"requestId":"{{id}}","logprobs":{{(logprobs ? "true" : "false")}},"messages":[{"role":"user","content":"x"}]}""");

    public static JsonNode Body(string json) => JsonNode.Parse(json)!;

    public async Task<List<JsonElement>> ItemsAsync(string method, params object[] arguments)
    {
        var items = new List<JsonElement>();
        await foreach (var item in StreamAsync(method, arguments))
        {
            items.Add(item);
        }

        return items;
    }

    public async IAsyncEnumerable<JsonElement> StreamAsync(string method, params object[] arguments)
    {
        object[] sent = [.. arguments.Select(a => messagePack && a is JsonNode node ? Plain(node)! : a)];
        await foreach (var item in connection.StreamAsyncCore<object>(method, sent, Edge.Stop))
        {
            yield return item is JsonElement element
                ? element
                : JsonDocument.Parse(MessagePackSerializer.SerializeToJson(item, cancellationToken: Edge.Stop)).RootElement;
        }
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private static object? Plain(JsonNode? node) => node switch
    {
        JsonObject map => map.ToDictionary(f => f.Key, f => Plain(f.Value)),
        JsonArray list => list.Select(Plain).ToArray(),
        JsonValue value when value.TryGetValue<bool>(out var flag) => flag,
        JsonValue value when value.TryGetValue<int>(out var number) => number,
        JsonValue value when value.TryGetValue<double>(out var real) => real,
        JsonValue value => value.GetValue<string>(),
        _ => null,
    };
}
