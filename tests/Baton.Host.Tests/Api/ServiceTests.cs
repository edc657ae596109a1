using System.Net;
using System.Text.Json.Nodes;
using Baton.Contracts.Sessions;

namespace Baton.Host.Tests.Api;

/// <summary>What is not a generation: models, tokens, the cluster, keys, the page.</summary>
public sealed class ServiceTests
{
    [Fact]
    public async Task Models_ListAndOne_AreTheServedModel()
    {
        await using var edge = await Edge.StartAsync();

        const string One =
            """{"id":"test/tiny","object":"model","created":1700000000,"owned_by":"baton","max_model_len":200}""";
        Assert.Equal($$"""{"object":"list","data":[{{One}}]}""", await GetAsync(edge, "/v1/models"));
        Assert.Equal(One, await GetAsync(edge, "/v1/models/test/tiny"));
        Assert.Equal(One, await GetAsync(edge, "/v1/models/test%2Ftiny"));
        Assert.Equal("""{"status":"ok"}""", await GetAsync(edge, "/health"));
        Assert.StartsWith("""{"version":""", await GetAsync(edge, "/version"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokenize_PromptAndMessages_GoBack()
    {
        await using var edge = await Edge.StartAsync();

        Assert.Equal(
            """{"count":2,"max_model_len":200,"tokens":[72,105],"token_strs":["H","i"]}""",
            await edge.TextAsync("/tokenize", """{"prompt":"Hi","return_token_strs":true}"""));
        var chat = await edge.OkAsync("/tokenize", """{"messages":[{"role":"user","content":"x"}]}""");
        Assert.Equal(17, (int)chat["count"]!);
        Assert.Equal("""{"prompt":"Hi"}""", await edge.TextAsync("/detokenize", """{"tokens":[72,105]}"""));
    }

    [Fact]
    public async Task Cluster_StateAndRequest_AreTheContracts()
    {
        await using var edge = await Edge.StartAsync();
        edge.Sessions.View = new SessionView
        {
            Id = "r",
            State = "Done",
            Epoch = 1,
            Disaggregated = true,
            PrefillWorker = "p1",
            DecodeWorker = "d1",
            Timeline = [new TimelineEntry(DateTimeOffset.UnixEpoch, "Placed", "d1", "best score")],
            Candidates = [new CandidateView("d1", 0.5, "free"), new CandidateView("d2", null, "draining")],
            Choices = 1,
            PromptTokens = 1,
            OutputTokens = 1,
        };

        Assert.Equal("""{"model":"test/tiny","workers":[],"scale":{}}""", await GetAsync(edge, "/cluster"));
        Assert.Equal(
            """{"id":"r","state":"Done","epoch":1,"disaggregated":true,"prefillWorker":"p1","decodeWorker":"d1","timeline":[{"t":"1970-01-01T00:00:00.0000000Z","state":"Placed","worker":"d1","reason":"best score"}],"candidates":[{"worker":"d1","score":0.5,"why":"free"},{"worker":"d2","score":null,"why":"draining"}]}""",
            await GetAsync(edge, "/cluster/requests/r"));
    }

    [Theory]
    [InlineData("/v1/models", "Bearer k2", HttpStatusCode.OK)]
    [InlineData("/v1/models", "Basic OmsxCg==", HttpStatusCode.Unauthorized)]
    [InlineData("/v1/models", "Basic eDprMQ==", HttpStatusCode.OK)]
    [InlineData("/v1/models", "Bearer k", HttpStatusCode.Unauthorized)]
    [InlineData("/v1/models", "k1", HttpStatusCode.Unauthorized)]
    [InlineData("/v1/models?access_token=k1", null, HttpStatusCode.Unauthorized)]
    [InlineData("/nothing", null, HttpStatusCode.Unauthorized)]
    [InlineData("/", null, HttpStatusCode.Unauthorized)]
    [InlineData("/health", null, HttpStatusCode.OK)]
    [InlineData("/live", null, HttpStatusCode.OK)]
    public async Task Keys_Configured_GuardEverythingElse(string path, string? authorization, HttpStatusCode status)
    {
        await using var edge = await Edge.StartAsync(o => o.ApiKeys = ["k1", "k2"]);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Authorization", authorization);

        using var response = await edge.Http.SendAsync(request, Edge.Stop);

        Assert.Equal(status, response.StatusCode);
        if (status == HttpStatusCode.Unauthorized)
        {
            var error = await Edge.ErrorAsync(response, status);
            Assert.Equal("invalid_api_key", (string)error["code"]!);
            Assert.Equal("Bearer", Assert.Single(response.Headers.WwwAuthenticate).Scheme);
        }
    }

    [Fact]
    public async Task Profile_KnownAndUnknownWorker_CostsOr404()
    {
        await using var edge = await Edge.StartAsync();

        var body = JsonNode.Parse(await GetAsync(edge, $"/cluster/workers/{FakeControl.Worker}/profile"))!;
        Assert.Equal("mocker", (string)body["profile"]!["name"]!);
        Assert.Equal(0.03, (double)body["decodeError"]!);

        using var unknown = await edge.Http.GetAsync(new Uri("/cluster/workers/nobody/profile", UriKind.Relative), Edge.Stop);
        Assert.Equal("worker_not_found", (string)(await Edge.ErrorAsync(unknown, HttpStatusCode.NotFound))["code"]!);
    }

    [Theory]
    [InlineData("""{"prefill":2,"decode":3}""", HttpStatusCode.Accepted, null)]
    [InlineData("""{"decode":0}""", HttpStatusCode.Accepted, null)]
    [InlineData("""{"mode":"auto"}""", HttpStatusCode.Accepted, null)]
    [InlineData("""{"prefill":4}""", HttpStatusCode.Conflict, "cannot_scale")]
    [InlineData("""{"prefill":-1}""", HttpStatusCode.BadRequest, "invalid_value")]
    [InlineData("""{"prefill":1.5}""", HttpStatusCode.BadRequest, "invalid_value")]
    [InlineData("""{"decode":"2"}""", HttpStatusCode.BadRequest, "invalid_value")]
    [InlineData("""{"mode":"manual"}""", HttpStatusCode.BadRequest, "invalid_value")]
    [InlineData("""{"mode":"auto","decode":1}""", HttpStatusCode.BadRequest, "invalid_value")]
    [InlineData("""{}""", HttpStatusCode.BadRequest, "invalid_value")]
    [InlineData("""{"replicas":1}""", HttpStatusCode.BadRequest, "unknown_parameter")]
    [InlineData("""[]""", HttpStatusCode.BadRequest, "invalid_json")]
    public async Task Scale_AnyBody_IsDoneOrRefusedClearly(string body, HttpStatusCode status, string? code)
    {
        await using var edge = await Edge.StartAsync();
        using var content = Edge.Json(body);

        using var response = await edge.Http.PostAsync(new Uri("/cluster/scale", UriKind.Relative), content, Edge.Stop);

        Assert.Equal(status, response.StatusCode);
        if (code is not null)
        {
            Assert.Equal(code, (string)(await Edge.ErrorAsync(response, status))["code"]!);
        }
    }

    [Fact]
    public async Task Page_AnyFile_IsServed()
    {
        await using var edge = await Edge.StartAsync();

        foreach (var path in new[] { "/", "/chat.css", "/chat.js", "/facts.js", "/generation.js", "/sse.js", "/icon.svg" })
        {
            using var response = await edge.Http.GetAsync(new Uri(path, UriKind.Relative), Edge.Stop);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Contains("'self'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        }
    }

    private static Task<string> GetAsync(Edge edge, string path) =>
        edge.Http.GetStringAsync(new Uri(path, UriKind.Relative), Edge.Stop);
}
