using System.Net;
using System.Text;
using Baton.Contracts.Sessions;

namespace Baton.Host.Tests.Api;

/// <summary>Every way to be refused: the status, the code, the field; always JSON, always before the 200.</summary>
public sealed class ErrorTests
{
    private const string User = "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]";

    public static TheoryData<string, string?> BadChats => new()
    {
        { "{}", "messages" },
        { """{"messages":[]}""", "messages" },
        { """{"messages":"x"}""", "messages" },
        { """{"messages":[1]}""", "messages" },
        { """{"messages":[{"content":"x"}]}""", "messages" },
        { """{"messages":[{"role":"user"}]}""", "messages" },
        { """{"messages":[{"role":"user","content":5}]}""", "messages" },
        { """{"messages":[{"role":"forbidden","content":"x"}]}""", "messages" },
        { """{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:x"}}]}]}""", "messages" },
        { """{"messages":[{"role":"user","content":[{"type":"odd"}]}]}""", "messages" },
        { With("\"temperature\":2.1"), "temperature" },
        { With("\"temperature\":\"hot\""), "temperature" },
        { With("\"top_p\":0"), "top_p" },
        { With("\"top_p\":1.5"), "top_p" },
        { With("\"top_k\":-2"), "top_k" },
        { With("\"min_p\":2"), "min_p" },
        { With("\"repetition_penalty\":0"), "repetition_penalty" },
        { With("\"presence_penalty\":3"), "presence_penalty" },
        { With("\"frequency_penalty\":-3"), "frequency_penalty" },
        { With("\"n\":0"), "n" },
        { With("\"n\":9"), "n" },
        { With("\"n\":1.5"), "n" },
        { With("\"seed\":\"x\""), "seed" },
        { With("\"max_tokens\":0"), "max_tokens" },
        { With("\"max_completion_tokens\":-1"), "max_completion_tokens" },
        { With("\"min_tokens\":11,\"max_tokens\":10"), "min_tokens" },
        { With("\"stop\":\"\""), "stop" },
        { With("\"stop\":[1]"), "stop" },
        { With("\"stop\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\"]"), "stop" },
        { With("\"stop_token_ids\":[257]"), "stop_token_ids" },
        { With("\"logit_bias\":{\"x\":1}"), "logit_bias" },
        { With("\"logit_bias\":{\"5\":101}"), "logit_bias" },
        { With("\"logit_bias\":[]"), "logit_bias" },
        { With("\"logprobs\":5"), "logprobs" },
        { With("\"top_logprobs\":3"), "top_logprobs" },
        { With("\"logprobs\":true,\"top_logprobs\":21"), "top_logprobs" },
        { With("\"stream\":\"yes\""), "stream" },
        { With("\"stream_options\":{\"include_usage\":true}"), "stream_options" },
        { With("\"stream\":true,\"stream_options\":{\"continuous_usage_stats\":true}"), "stream_options" },
        { With("\"stream\":true,\"stream_options\":{\"include_usage\":1}"), "stream_options" },
        { With("\"cache_salt\":\"\""), "cache_salt" },
        { With("\"ignore_eos\":1"), "ignore_eos" },
        { With("\"request_id\":\"a b\""), "request_id" },
        { With("\"response_format\":{\"type\":\"json_object\"}"), "response_format" },
        { With("\"tools\":[{\"type\":\"function\"}]"), "tools" },
        { With("\"tool_choice\":\"required\""), "tool_choice" },
        { With("\"functions\":[{}]"), "functions" },
        { With("\"modalities\":[\"audio\"]"), "modalities" },
        { With("\"store\":true"), "store" },
        { With("\"best_of\":2"), "best_of" },
        { With("\"prompt_logprobs\":1"), "prompt_logprobs" },
        { With("\"use_beam_search\":true"), "use_beam_search" },
        { With("\"echo\":true"), "echo" },
        { With("\"guided_json\":{}"), "guided_json" },
        { With("\"chat_template_kwargs\":5"), "chat_template_kwargs" },
        { "[]", null },
        { "{\"messages\":", null },
        { "{\"model\":\"\\ud800\"}", null },
        { "", null },
    };

    [Theory]
    [MemberData(nameof(BadChats))]
    public async Task Chat_BadBody_Is400WithTheParam(string body, string? param)
    {
        await using var edge = await Edge.StartAsync();

        using var response = await edge.ChatAsync(body);

        var error = await Edge.ErrorAsync(response, HttpStatusCode.BadRequest);
        Assert.Equal(param, (string?)error["param"]);
        Assert.Equal("invalid_request_error", (string)error["type"]!);
        Assert.Empty(edge.Sessions.Started);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"prompt":[]}""")]
    [InlineData("""{"prompt":""}""")]
    [InlineData("""{"prompt":[257]}""")]
    [InlineData("""{"prompt":[[1],"x"],"suffix":null,"prompt_":1}""", HttpStatusCode.OK)]
    [InlineData("""{"prompt":[[1],{}]}""")]
    [InlineData("""{"prompt":5}""")]
    [InlineData("""{"prompt":"x","logprobs":21}""")]
    [InlineData("""{"prompt":"x","suffix":"y"}""")]
    [InlineData("""{"prompt":"x","echo":true}""")]
    public async Task Completion_BadBody_Is400(string body, HttpStatusCode status = HttpStatusCode.BadRequest)
    {
        await using var edge = await Edge.StartAsync();

        using var response = await edge.PostAsync("/v1/completions", body);

        if (status == HttpStatusCode.OK)
        {
            Assert.Equal(status, response.StatusCode);
            return;
        }

        await Edge.ErrorAsync(response, status);
    }

    [Fact]
    public async Task Chat_PromptOverContext_NamesBothCounts()
    {
        await using var edge = await Edge.StartAsync();
        var body = Edge.ChatBody.Replace("\"x\"", $"\"{new string('y', 300)}\"", StringComparison.Ordinal);

        using var response = await edge.ChatAsync(body);

        var error = await Edge.ErrorAsync(response, HttpStatusCode.BadRequest);
        Assert.Equal("context_length_exceeded", (string)error["code"]!);
        Assert.Equal("messages", (string)error["param"]!);
        Assert.Contains("200", (string)error["message"]!, StringComparison.Ordinal);
        Assert.Contains("316", (string)error["message"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_MaxTokensOverContext_IsRefused()
    {
        await using var edge = await Edge.StartAsync();

        using var response = await edge.ChatAsync(With("\"max_tokens\":184"));

        var error = await Edge.ErrorAsync(response, HttpStatusCode.BadRequest);
        Assert.Equal("context_length_exceeded", (string)error["code"]!);
    }

    [Fact]
    public async Task Chat_ModelWithoutTemplate_IsRefused()
    {
        await using var edge = await Edge.StartAsync(hasTemplate: false);

        using var response = await edge.ChatAsync(Edge.ChatBody);

        var error = await Edge.ErrorAsync(response, HttpStatusCode.BadRequest);
        Assert.Equal("chat_template_missing", (string)error["code"]!);
    }

    [Fact]
    public async Task Chat_UnknownModel_Is404()
    {
        await using var edge = await Edge.StartAsync();

        using var response = await edge.ChatAsync("""{"model":"gpt-x","messages":[]}""");

        var error = await Edge.ErrorAsync(response, HttpStatusCode.NotFound);
        Assert.Equal("model_not_found", (string)error["code"]!);
        Assert.Equal("model", (string)error["param"]!);
    }

    [Theory]
    [InlineData(StartOutcome.Overloaded, 429, true)]
    [InlineData(StartOutcome.NoWorker, 503, true)]
    [InlineData(StartOutcome.Draining, 503, true)]
    [InlineData(StartOutcome.Conflict, 409, false)]
    [InlineData(StartOutcome.Impossible, 400, false)]
    public async Task Chat_RefusedStart_IsThisStatus(StartOutcome outcome, int status, bool retry)
    {
        await using var edge = await Edge.StartAsync();
        edge.Sessions.Start = new StartResult(outcome, "Because.", TimeSpan.FromSeconds(1.2));

        using var response = await edge.ChatAsync(Edge.StreamBody);

        var error = await Edge.ErrorAsync(response, (HttpStatusCode)status);
        Assert.Equal("Because.", (string)error["message"]!);
        Assert.Equal(retry ? TimeSpan.FromSeconds(2) : null, response.Headers.RetryAfter?.Delta);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData(null)]
    public async Task Chat_OtherContentType_Is415(string? type)
    {
        await using var edge = await Edge.StartAsync();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Edge.ChatBody));
        if (type is not null)
        {
            content.Headers.ContentType = new(type);
        }

        using var response = await edge.Http.PostAsync("/v1/chat/completions", content, Edge.Stop);

        await Edge.ErrorAsync(response, HttpStatusCode.UnsupportedMediaType);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Chat_BodyOverTheLimit_Is413(bool chunked)
    {
        await using var edge = await Edge.StartAsync(o => o.MaxBodyBytes = 1000);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions");
        request.Content = Edge.Json("{\"x\":\"" + new string('y', 5000) + "\"}");
        request.Headers.TransferEncodingChunked = chunked;

        using var response = await edge.Http.SendAsync(request, Edge.Stop);

        await Edge.ErrorAsync(response, HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Chat_DeepNesting_Is400()
    {
        await using var edge = await Edge.StartAsync();

        using var response = await edge.ChatAsync(With("\"x\":" + new string('[', 5000) + new string(']', 5000)));

        await Edge.ErrorAsync(response, HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("GET", "/v1/nothing", HttpStatusCode.NotFound)]
    [InlineData("POST", "/v1/responses", HttpStatusCode.NotFound)]
    [InlineData("GET", "/nothing", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/chat/completions", HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", "/v1/models", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/v1/models/none", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/v1/requests/none", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/requests/none/events", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/requests/none/events?from=-1", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/cluster/requests/none", HttpStatusCode.NotFound)]
    [InlineData("GET", "/bug", HttpStatusCode.InternalServerError)]
    public async Task Any_WrongAddress_IsJson(string method, string path, HttpStatusCode status)
    {
        await using var edge = await Edge.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await edge.Http.SendAsync(request, Edge.Stop);

        var error = await Edge.ErrorAsync(response, status);
        Assert.DoesNotContain("secret", error.ToJsonString(), StringComparison.Ordinal);
        Assert.Single(response.Headers.GetValues("X-Request-Id"));
    }

    private static string With(string fields) => $"{{{fields},{User}}}";
}
