using System.Text.Json.Nodes;

namespace Baton.Host.Tests.Api;

public sealed class ChatStreamTests
{
    private const string Chat = "/v1/chat/completions";

    [Fact]
    public async Task Stream_TwoTokens_IsThisByteForByte()
    {
        await using var edge = await Edge.StartAsync();
        edge.Sessions.Script = Scripts.Say("é", cached: 3);

        using var response = await edge.ChatAsync(
            Edge.StreamBody.Replace("\"stream\":true", "\"stream\":true,\"stream_options\":{\"include_usage\":true}", StringComparison.Ordinal),
            ("X-Request-Id", "r-1"));
        var text = await response.Content.ReadAsStringAsync(Edge.Stop);

        const string Head =
            "{\"id\":\"chatcmpl-r-1\",\"object\":\"chat.completion.chunk\",\"created\":1700000100,\"model\":\"test/tiny\"";
        string[] expected =
        [
            "id: 0\ndata: " + Head + ""","choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}],"usage":null}""",
            "id: 1\ndata: " + Head + ""","choices":[{"index":0,"delta":{"content":""},"logprobs":null,"finish_reason":null}],"usage":null}""",
            "id: 2\ndata: " + Head + ""","choices":[{"index":0,"delta":{"content":"é"},"logprobs":null,"finish_reason":null}],"usage":null}""",
            "id: 3\ndata: " + Head + ""","choices":[{"index":0,"delta":{"content":""},"logprobs":null,"finish_reason":null}],"usage":null}""",
            "id: 4\ndata: " + Head + ""","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop","stop_reason":null}],"usage":null}""",
            "id: 5\ndata: " + Head + ""","choices":[],"usage":{"prompt_tokens":17,"completion_tokens":3,"total_tokens":20,"prompt_tokens_details":{"cached_tokens":3}}}""",
            "data: [DONE]",
            "",
        ];
        Assert.Equal(string.Join("\n\n", expected), text);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(["r-1"], response.Headers.GetValues("X-Request-Id"));
    }

    [Fact]
    public async Task Stream_Tokens_AreSentAsTheyCome()
    {
        await using var edge = await Edge.StartAsync();
        edge.Sessions.Script = Scripts.Wait;

        using var response = await edge.ChatAsync(Edge.StreamBody, ("X-Request-Id", "r"));
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Edge.Stop));
        Assert.Equal("id: 0", await reader.ReadLineAsync(Edge.Stop));
        await reader.ReadLineAsync(Edge.Stop);
        await reader.ReadLineAsync(Edge.Stop);

        var log = edge.Sessions.LogOf("r");
        Scripts.Token(log, 0, 'a', "a");
        Assert.Equal("id: 1", await reader.ReadLineAsync(Edge.Stop));
        Assert.Contains("\"content\":\"a\"", await reader.ReadLineAsync(Edge.Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_Quiet_SaysThatItLives()
    {
        await using var edge = await Edge.StartAsync(o => o.KeepAlive = TimeSpan.FromMilliseconds(5));
        edge.Sessions.Script = Scripts.Wait;

        using var response = await edge.ChatAsync(Edge.StreamBody, ("X-Request-Id", "r"));
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Edge.Stop));
        while (await reader.ReadLineAsync(Edge.Stop) != ":")
        {
            // The roles come first.
        }

        Scripts.Token(edge.Sessions.LogOf("r"), 0, 'a', "a");
        string? line;
        do
        {
            line = await reader.ReadLineAsync(Edge.Stop);
        }
        while (line is ":" or "");
        Assert.Equal("id: 1", line);
    }

    [Fact]
    public async Task Replay_EndedWithAnErrorBeforeTheIndex_SaysSo()
    {
        await using var edge = await Edge.StartAsync();
        edge.Sessions.Script = (_, log) => Scripts.Fail(log, "worker_failed", "All workers failed.");
        using var first = await edge.ChatAsync(Edge.StreamBody, ("X-Request-Id", "r"));

        Assert.Contains("worker_failed", await edge.Http.GetStringAsync("/v1/requests/r/events?from=9", Edge.Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_ThreeChoices_RolesFirstThenTheLogsOrder()
    {
        await using var edge = await Edge.StartAsync();
        edge.Sessions.Script = Scripts.Say("ab");

        var text = await edge.TextAsync(Chat, Edge.StreamBody.Replace("\"stream\"", "\"n\":3,\"stream\"", StringComparison.Ordinal));

        var events = Edge.Events(text);
        Assert.Equal(Enumerable.Range(0, events.Count - 1).Cast<int?>().Append(null), events.Select(e => e.Id));
        var choices = events.SkipLast(1).Select(e => JsonNode.Parse(e.Data)!["choices"]![0]!).ToList();
        Assert.Equal([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 0, 1, 1, 2, 2], choices.Select(c => (int)c["index"]!));
        Assert.All(choices.Take(3), c => Assert.Equal("assistant", (string)c["delta"]!["role"]!));
        Assert.Equal(3, choices.Count(c => (string?)c["finish_reason"] == "stop"));
    }

    [Fact]
    public async Task Stream_Deltas_JoinToTheWholeAnswer()
    {
        await using var edge = await Edge.StartAsync();
        edge.Sessions.Script = Scripts.Say("Grüße, 世界 👋", reason: "stop", stoppedBy: "X", rest: "!");

        var whole = await edge.OkAsync(Chat, Edge.ChatBody);
        var events = Edge.Events(await edge.TextAsync(Chat, Edge.StreamBody));

        var joined = string.Concat(events.SkipLast(1).Select(e =>
            (string?)JsonNode.Parse(e.Data)!["choices"]![0]!["delta"]!["content"]));
        Assert.Equal("Grüße, 世界 👋!", joined);
        Assert.Equal(joined, (string)whole["choices"]![0]!["message"]!["content"]!);
        Assert.Equal("X", (string)whole["choices"]![0]!["stop_reason"]!);
    }

    [Fact]
    public async Task Stream_ContinuousUsage_RunsInEveryChunk()
    {
        await using var edge = await Edge.StartAsync();
        var body = Edge.StreamBody.Replace(
            "\"stream\":true",
            "\"stream\":true,\"stream_options\":{\"include_usage\":true,\"continuous_usage_stats\":true}",
            StringComparison.Ordinal);

        var events = Edge.Events(await edge.TextAsync(Chat, body));

        Assert.Equal(
            [0, 1, 2, 3, 4, 4, 4],
            events.SkipLast(1).Select(e => (int)JsonNode.Parse(e.Data)!["usage"]!["completion_tokens"]!));
    }

    [Fact]
    public async Task Stream_TokenIds_AreOnEveryChunk()
    {
        await using var edge = await Edge.StartAsync();

        var text = await edge.TextAsync(
            Chat, Edge.StreamBody.Replace("\"stream\"", "\"return_token_ids\":true,\"stream\"", StringComparison.Ordinal));

        var chunks = Edge.Events(text).SkipLast(1).Select(e => JsonNode.Parse(e.Data)!).ToList();
        Assert.Equal(17, chunks[0]["prompt_token_ids"]!.AsArray().Count);
        var tokens = chunks.Skip(1).SelectMany(c => c["choices"]![0]!["token_ids"]!.AsArray()).Select(t => (int)t!);
        Assert.Equal(['H', 'i', '!', FakeTokenizer.End], tokens);
    }

    [Theory]
    [InlineData("cancelled", "invalid_request_error")]
    [InlineData("worker_failed", "server_error")]
    public async Task Stream_ErrorInTheMiddle_IsOneEventThenDone(string code, string type)
    {
        await using var edge = await Edge.StartAsync();
        edge.Sessions.Script = (request, log) =>
        {
            Scripts.Token(log, 0, 'a', "a");
            Scripts.Fail(log, code, "It ended.");
        };

        var events = Edge.Events(await edge.TextAsync(Chat, Edge.StreamBody));

        Assert.Equal([0, 1, 2, null], events.Select(e => e.Id));
        Assert.Equal(
            $$$"""{"error":{"message":"It ended.","type":"{{{type}}}","param":null,"code":"{{{code}}}"}}""", events[2].Data);
        Assert.Equal("[DONE]", events[3].Data);
    }

    [Fact]
    public async Task Stream_BugWhileReading_SaysSoWithoutDetails()
    {
        await using var edge = await Edge.StartAsync();
        edge.Sessions.ReadFailure = new InvalidOperationException("/secret/path");

        var text = await edge.TextAsync(Chat, Edge.StreamBody);

        Assert.Contains("\"code\":\"stream_broken\"", text, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_ClientLeaves_EndsTheReadingAndCancelsNothing()
    {
        await using var edge = await Edge.StartAsync(o => o.ResumeGrace = TimeSpan.FromSeconds(7));
        edge.Sessions.Script = Scripts.Wait;

        using (await edge.ChatAsync(Edge.StreamBody))
        {
            await edge.Sessions.ReaderCame.Task.WaitAsync(Edge.Stop);
        }

        await edge.Sessions.ReaderLeft.Task.WaitAsync(Edge.Stop);
        Assert.Empty(edge.Sessions.Cancelled);
        Assert.Equal(TimeSpan.FromSeconds(7), edge.Sessions.Last.OrphanGrace);
    }

    [Fact]
    public async Task Whole_ClientLeaves_Cancels()
    {
        await using var edge = await Edge.StartAsync();
        edge.Sessions.Script = Scripts.Wait;
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Edge.Stop);

        var asking = edge.Http.PostAsync(Chat, Edge.Json(Edge.ChatBody), leaving.Token);
        await edge.Sessions.ReaderCame.Task.WaitAsync(Edge.Stop);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await edge.Sessions.CancelArrived.Task.WaitAsync(Edge.Stop);
        Assert.Equal(edge.Sessions.Started, edge.Sessions.Cancelled);
    }

    [Fact]
    public async Task Whole_SessionFails_IsAnErrorStatus()
    {
        await using var edge = await Edge.StartAsync();
        edge.Sessions.Script = (request, log) => Scripts.Fail(log, "worker_failed", "No worker could do it.");

        using var response = await edge.ChatAsync(Edge.ChatBody);

        var error = await Edge.ErrorAsync(response, System.Net.HttpStatusCode.ServiceUnavailable);
        Assert.Equal("worker_failed", (string)error["code"]!);
        Assert.NotNull(response.Headers.RetryAfter);
    }
}
