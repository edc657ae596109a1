using System.Text.Json;
using Baton.Host.Tests.Api;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;

namespace Baton.Host.Tests.Hubs;

public sealed class ChatHubTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Generate_ShortAnswer_IsOneItemForEachToken(bool messagePack)
    {
        await using var edge = await Edge.StartAsync();
        edge.Sessions.Script = Scripts.Say("Hé", cached: 2);
        await using var hub = await HubClient.ConnectAsync(edge, messagePack);

        var items = await hub.ItemsAsync("Generate", HubClient.Request("r-1", logprobs: true));

        Assert.Equal([0, 1, 2, 3], items.Select(i => i.GetProperty("index").GetInt32()));
        Assert.Equal([72, 195, 169, 256], items.Select(i => i.GetProperty("tokenId").GetInt32()));
        Assert.Equal("Hé", string.Concat(items.Select(i => i.GetProperty("text").GetString())));
        Assert.All(items, i => Assert.Equal(-0.5, i.GetProperty("logprob").GetDouble()));
        Assert.Equal(["index", "tokenId", "text", "logprob"], items[0].EnumerateObject().Select(f => f.Name));
        Assert.Equal("stop", items[3].GetProperty("finishReason").GetString());
        Assert.Equal(
            """{"promptTokens":17,"completionTokens":4,"totalTokens":21,"cachedTokens":2}""",
            items[3].GetProperty("usage").GetRawText());
        Assert.Equal(["r-1"], edge.Sessions.Started);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Resume_FromTheMiddle_IsTheRest(bool messagePack)
    {
        await using var edge = await Edge.StartAsync();
        await using var hub = await HubClient.ConnectAsync(edge, messagePack);
        var all = await hub.ItemsAsync("Generate", HubClient.Request("r"));

        var rest = await hub.ItemsAsync("Resume", "r", 2);

        Assert.Equal(all.Skip(2).Select(i => i.GetRawText()), rest.Select(i => i.GetRawText()));
        Assert.Empty(await hub.ItemsAsync("Resume", "r", all.Count));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancel_RunningRequest_EndsItWithAnItem(bool messagePack)
    {
        await using var edge = await Edge.StartAsync();
        edge.Sessions.Script = (request, log) => Scripts.Token(log, 0, 'a', "a");
        await using var hub = await HubClient.ConnectAsync(edge, messagePack);

        var items = new List<JsonElement>();
        await foreach (var item in hub.StreamAsync("Generate", HubClient.Request("r")))
        {
            items.Add(item);
            if (items.Count == 1)
            {
                Assert.True(await hub.Connection.InvokeAsync<bool>("Cancel", "r", Edge.Stop));
            }
        }

        Assert.Equal(2, items.Count);
        Assert.Equal("cancelled", items[1].GetProperty("finishReason").GetString());
        Assert.Equal(1, items[1].GetProperty("index").GetInt32());
        Assert.Equal(JsonValueKind.Null, items[1].GetProperty("tokenId").ValueKind);
    }

    [Fact]
    public async Task Generate_TokenWithoutItsFinish_IsNotHeldBack()
    {
        await using var edge = await Edge.StartAsync();
        edge.Sessions.Script = (request, log) => Scripts.Token(log, 0, 'a', "a");
        await using var hub = await HubClient.ConnectAsync(edge, messagePack: false);
        await using var items = hub.StreamAsync("Generate", HubClient.Request("r")).GetAsyncEnumerator(Edge.Stop);

        Assert.True(await items.MoveNextAsync());
        Assert.Equal("a", items.Current.GetProperty("text").GetString());

        // A stop string ends it: nothing in the token says so, and the finish comes as an item of its own.
        Scripts.Finish(edge.Sessions.LogOf("r"), 0, "stop", "b");
        edge.Sessions.LogOf("r").Complete();
        Assert.True(await items.MoveNextAsync());
        Assert.Equal("stop", items.Current.GetProperty("finishReason").GetString());
        Assert.Equal(1, items.Current.GetProperty("index").GetInt32());

        var late = Assert.Single(await hub.ItemsAsync("Resume", "r", 1));
        Assert.Equal("stop", late.GetProperty("finishReason").GetString());
    }

    [Theory]
    [InlineData("""{"messages":[]}""", "invalid_value (messages)")]
    [InlineData("""{"model":"other","messages":[{"role":"user","content":"x"}]}""", "model_not_found (model)")]
    [InlineData("""{"n":2,"messages":[{"role":"user","content":"x"}]}""", "(n)")]
    [InlineData("""{"requestId":"a b","messages":[{"role":"user","content":"x"}]}""", "(requestId)")]
    public async Task Generate_BadRequest_FailsWithTheCode(string body, string expected)
    {
        await using var edge = await Edge.StartAsync();
        foreach (var messagePack in new[] { false, true })
        {
            await using var hub = await HubClient.ConnectAsync(edge, messagePack);

            var failure = await Assert.ThrowsAsync<HubException>(() => hub.ItemsAsync("Generate", HubClient.Body(body)));

            Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        }

        Assert.Empty(edge.Sessions.Started);
    }

    [Fact]
    public async Task Resume_UnknownRequest_Fails()
    {
        await using var edge = await Edge.StartAsync();
        await using var hub = await HubClient.ConnectAsync(edge, messagePack: true);

        var failure = await Assert.ThrowsAsync<HubException>(() => hub.ItemsAsync("Resume", "none", 0));

        Assert.Contains("request_not_found", failure.Message, StringComparison.Ordinal);
        Assert.False(await hub.Connection.InvokeAsync<bool>("Cancel", "none", Edge.Stop));
    }

    [Fact]
    public async Task Connect_WithoutKey_IsRefused()
    {
        await using var edge = await Edge.StartAsync(o => o.ApiKeys = ["k1"]);

        await Assert.ThrowsAsync<HttpRequestException>(() => HubClient.ConnectAsync(edge, messagePack: false));

        await using var hub = await HubClient.ConnectAsync(edge, messagePack: false, query: "?access_token=k1");
        Assert.NotEmpty(await hub.ItemsAsync("Generate", HubClient.Request("r")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Watch_StateChanges_IsSentAgain(bool messagePack)
    {
        await using var edge = await Edge.StartAsync(o => o.WatchInterval = TimeSpan.FromMilliseconds(1));
        await using var hub = await HubClient.ConnectAsync(edge, messagePack, path: "/hubs/cluster");
        await using var states = hub.StreamAsync("Watch").GetAsyncEnumerator(Edge.Stop);

        Assert.True(await states.MoveNextAsync());
        Assert.Equal("""{"model":"test/tiny","workers":[],"scale":{}}""", states.Current.GetRawText());
        edge.Report.State = new() { ["model"] = "another" };
        Assert.True(await states.MoveNextAsync());
        Assert.Equal("""{"model":"another"}""", states.Current.GetRawText());
    }
}
