namespace Baton.Client.Tests;

public sealed class BatonClientTests
{
    private static readonly ChatRequest Hello = new() { Messages = [new ChatMessage("user", "x")], Seed = 1 };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Generate_Undisturbed_IsEveryToken(bool messagePack)
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = Client(gateway, messagePack);

        var tokens = await client.GenerateAsync(Hello, Stop).ToListAsync(Stop);

        Assert.Equal("Hello!", string.Concat(tokens.Select(t => t.Text)));
        Assert.Equal([10, 11, 12], tokens.Select(t => t.TokenId!.Value));
        Assert.Equal("stop", tokens[^1].FinishReason);
        Assert.Equal(3, tokens[^1].Usage!.CompletionTokens);
        Assert.Equal(["Generate messages,requestId,seed"], gateway.State.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Generate_ConnectionCut_GoesOnWhereItWas(bool messagePack)
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.State.Answer = ["a", "b", "c", "d"];
        gateway.State.Cuts[0] = true;
        gateway.State.Cuts[1] = true;
        gateway.State.Cuts[3] = true;
        await using var client = Client(gateway, messagePack);

        var tokens = await client.GenerateAsync(Hello, Stop).ToListAsync(Stop);

        // What was sent just before a cut may be lost with it, and is asked for again: never twice, never missing.
        Assert.Equal([0, 1, 2, 3], tokens.Select(t => t.Index));
        Assert.Equal("abcd", string.Concat(tokens.Select(t => t.Text)));
    }

    [Fact]
    public async Task Generate_GatewayLost_GoesOnAtTheNext()
    {
        await using var first = await FakeGateway.StartAsync();
        await using var second = await FakeGateway.StartAsync();
        (first.State.Answer, second.State.Answer) = (["a", "b", "c", "d"], ["a", "b", "c", "d"]);
        first.State.Cuts[2] = true;
        await using var client = new BatonClient(new BatonClientOptions { Url = first.Url, OtherUrls = [second.Url] });

        var tokens = await client.GenerateAsync(Hello, Stop).ToListAsync(Stop);

        Assert.Equal([0, 1, 2, 3], tokens.Select(t => t.Index));
        Assert.Single(first.State.Calls);
        Assert.Single(second.State.Calls);
    }

    [Fact]
    public async Task Generate_FirstGatewayIsNotThere_GoesToTheNext()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = new BatonClient(
            new BatonClientOptions { Url = new Uri("http://127.0.0.1:9"), OtherUrls = [gateway.Url] });

        Assert.NotEmpty(await client.GenerateAsync(Hello, Stop).ToListAsync(Stop));
    }

    [Fact]
    public async Task Generate_GatewayIsLeaving_GoesToTheNext()
    {
        await using var leaving = await FakeGateway.StartAsync();
        await using var staying = await FakeGateway.StartAsync();
        leaving.State.Refusal = "draining: This gateway is shutting down.";
        await using var client = new BatonClient(new BatonClientOptions { Url = leaving.Url, OtherUrls = [staying.Url] });

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
            Assert.NotEmpty(await client.GenerateAsync(Hello, Stop).ToListAsync(Stop))));

        Assert.Equal(8, staying.State.Calls.Count);
    }

    [Fact]
    public async Task Generate_Refused_ThrowsTheCode()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.State.Refusal = "context_length_exceeded (messages): Too long: by far.";
        await using var client = Client(gateway, messagePack: true);

        var failure = await Assert.ThrowsAsync<BatonException>(
            async () => await client.GenerateAsync(Hello, Stop).ToListAsync(Stop));

        Assert.Equal("context_length_exceeded", failure.Code);
        Assert.Equal("Too long: by far.", failure.Message);
    }

    [Fact]
    public async Task Cancel_RunningAnswer_EndsTheStream()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.State.WaitsForCancel = true;
        await using var client = Client(gateway, messagePack: true);

        var last = "";
        await foreach (var token in client.GenerateAsync(Hello with { RequestId = "r" }, Stop))
        {
            last = token.FinishReason;
            if (token.Index == 1)
            {
                Assert.True(await client.CancelAsync("r", Stop));
            }
        }

        Assert.Equal("cancelled", last);
        Assert.Equal("r", await gateway.State.Cancelled.Task);
    }

    private static BatonClient Client(FakeGateway gateway, bool messagePack) =>
        new(new BatonClientOptions { Url = gateway.Url, UseMessagePack = messagePack });
}
