using System.Net;
using System.Text.Json.Nodes;

namespace Baton.Host.Tests.Api;

public sealed class RequestIdTests
{
    [Fact]
    public async Task Replay_FromEveryIndex_IsTheSameBytes()
    {
        await using var edge = await Edge.StartAsync();
        var body = """{"stream":true,"n":2,"logprobs":true,"top_logprobs":2,"return_token_ids":true,"stream_options":{"include_usage":true,"continuous_usage_stats":true},"messages":[{"role":"user","content":"x"}]}""";
        using var response = await edge.ChatAsync(body, ("X-Request-Id", "r"));
        var text = await response.Content.ReadAsStringAsync(Edge.Stop);
        var events = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);

        for (var from = 0; from < events.Length; from++)
        {
            var replay = await edge.Http.GetStringAsync(new Uri($"/v1/requests/r/events?from={from}", UriKind.Relative), Edge.Stop);
            Assert.Equal(string.Concat(events.Skip(from).Select(e => e + "\n\n")), replay);
        }
    }

    [Fact]
    public async Task Replay_LastEventId_GoesOnAfterIt()
    {
        await using var edge = await Edge.StartAsync();
        using var response = await edge.PostAsync(
            "/v1/completions", """{"stream":true,"prompt":"x","logprobs":1}""", ("X-Request-Id", "r"));
        var all = Edge.Events(await response.Content.ReadAsStringAsync(Edge.Stop));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/requests/r/events");
        request.Headers.Add("Last-Event-ID", "1");

        using var again = await edge.Http.SendAsync(request, Edge.Stop);

        Assert.Equal(all.Skip(2), Edge.Events(await again.Content.ReadAsStringAsync(Edge.Stop)));
        Assert.Equal(["r"], again.Headers.GetValues("X-Request-Id"));
    }

    [Fact]
    public async Task Delete_RunningStream_EndsItAsCancelled()
    {
        await using var edge = await Edge.StartAsync();
        edge.Sessions.Script = Scripts.Wait;
        using var response = await edge.ChatAsync(Edge.StreamBody, ("X-Request-Id", "r"));

        using var deleted = await edge.Http.DeleteAsync(new Uri("/v1/requests/r", UriKind.Relative), Edge.Stop);

        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        var events = Edge.Events(await response.Content.ReadAsStringAsync(Edge.Stop));
        Assert.Equal("cancelled", (string)JsonNode.Parse(events[^2].Data)!["error"]!["code"]!);
        Assert.Equal((null, "[DONE]"), events[^1]);
    }

    [Fact]
    public async Task IdempotencyKey_Repeated_AttachesFromTheBeginning()
    {
        await using var edge = await Edge.StartAsync();
        using var first = await edge.ChatAsync(Edge.StreamBody, ("Idempotency-Key", "k"));
        using var second = await edge.ChatAsync(Edge.StreamBody, ("Idempotency-Key", "k"), ("X-Request-Id", "mine"));
        using var other = await edge.ChatAsync(Edge.ChatBody, ("Idempotency-Key", "k"));

        Assert.Equal(
            await first.Content.ReadAsStringAsync(Edge.Stop), await second.Content.ReadAsStringAsync(Edge.Stop));
        Assert.Single(edge.Sessions.Started);
        Assert.Equal(first.Headers.GetValues("X-Request-Id"), second.Headers.GetValues("X-Request-Id"));
        var error = await Edge.ErrorAsync(other, HttpStatusCode.Conflict);
        Assert.Equal("request_conflict", (string)error["code"]!);
    }

    [Fact]
    public async Task RequestId_Absent_IsMade()
    {
        await using var edge = await Edge.StartAsync();
        using var response = await edge.ChatAsync(Edge.ChatBody);

        var id = Assert.Single(response.Headers.GetValues("X-Request-Id"));
        Assert.Matches("^[0-9a-f]{32}$", id);
        Assert.Equal([id], edge.Sessions.Started);
    }

    [Fact]
    public async Task RequestId_InBody_IsTaken()
    {
        await using var edge = await Edge.StartAsync();
        using var response = await edge.ChatAsync(
            """{"request_id":"b-1","messages":[{"role":"user","content":"x"}]}""");

        Assert.Equal(["b-1"], response.Headers.GetValues("X-Request-Id"));
        Assert.Equal(["b-1"], edge.Sessions.Started);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a/b")]
    public async Task RequestId_Malformed_Is400(string id)
    {
        await using var edge = await Edge.StartAsync();

        using var response = await edge.ChatAsync(Edge.ChatBody, ("X-Request-Id", id));

        await Edge.ErrorAsync(response, HttpStatusCode.BadRequest);
        Assert.Single(response.Headers.GetValues("X-Request-Id"));
    }
}
