using System.Text.Json;
using System.Text.Json.Nodes;
using Baton.Cli;

namespace Baton.Client.Tests;

public sealed class CliTests
{
    [Fact]
    public async Task Chat_Message_PrintsTheAnswer()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var (code, output, error) = await RunAsync("chat", "--url", gateway.Url.ToString(), "--message", "x");

        Assert.Equal((0, "Hello!", ""), (code, output.Trim(), error));
    }

    [Fact]
    public async Task Chat_Json_IsOneLine()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var (code, output, _) = await RunAsync(
            "chat", "--url", gateway.Url.ToString(), "--message", "x", "--json", "--max-tokens", "5", "--temperature", "0");

        var line = JsonNode.Parse(output)!;
        Assert.Equal(0, code);
        Assert.Equal("Hello!", (string)line["text"]!);
        Assert.Equal("stop", (string)line["finishReason"]!);
        Assert.Equal(3, (int)line["usage"]!["completionTokens"]!);
        Assert.Equal(["Generate max_completion_tokens,messages,requestId,temperature"], gateway.State.Calls);
    }

    [Fact]
    public async Task Chat_Lines_AreTurns()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var (code, output, _) = await RunAsync(
            ["chat", "--url", gateway.Url.ToString(), "--system", "be brief"], "one\n\ntwo\n/exit\n");

        Assert.Equal(0, code);
        Assert.Equal(2, output.Split("Hello!").Length - 1);
        Assert.Equal(2, gateway.State.Calls.Count);
    }

    [Fact]
    public async Task Chat_Refused_IsOneLine()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.State.Refusal = "no_worker: No worker is ready.";

        var (code, _, error) = await RunAsync("chat", "--url", gateway.Url.ToString(), "--message", "x");

        Assert.Equal((1, "baton: No worker is ready. [no_worker]\n"), (code, error.ReplaceLineEndings("\n")));
    }

    [Fact]
    public async Task Status_Table_ListsWorkers()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var (code, output, _) = await RunAsync("status", "--url", gateway.Url.ToString());

        Assert.Equal(0, code);
        Assert.Contains("model tiny, sessions active 2", output, StringComparison.Ordinal);
        Assert.Contains("w1", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drain_KnownAndUnknownWorker_IsOneLine()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var (code, output, _) = await RunAsync("drain", "w1", "--url", gateway.Url.ToString());
        Assert.Equal((0, "w1 drains\n"), (code, output.ReplaceLineEndings("\n")));

        (code, _, var error) = await RunAsync("drain", "w2", "--url", gateway.Url.ToString());
        Assert.Equal((1, "baton: There is no worker 'w2'. [worker_not_found]\n"), (code, error.ReplaceLineEndings("\n")));
    }

    [Fact]
    public async Task Status_Decisions_TellWhy()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var (code, output, _) = await RunAsync("status", "--decisions", "--url", gateway.Url.ToString());

        Assert.Equal(0, code);
        Assert.Contains("1 -> 2  a queue", output, StringComparison.Ordinal);
        Assert.Contains("2/s, 30 tokens in, 4 out (last value)", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scale_DoneAndRefused_AreTold()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var (code, output, _) = await RunAsync("scale", "decode=3", "--url", gateway.Url.ToString());
        Assert.Equal((0, "prefill  1 wanted, 1 ready\ndecode   3 wanted, 1 ready\n"), (code, output.ReplaceLineEndings("\n")));

        (code, _, var error) = await RunAsync("scale", "auto", "--url", gateway.Url.ToString());
        Assert.Equal((1, "baton: Nothing can start workers. [cannot_scale]\n"), (code, error.ReplaceLineEndings("\n")));
    }

    [Theory]
    [InlineData("scale", "decode=-1")]
    [InlineData("scale", "decode=1,decode=2")]
    [InlineData("scale", "gpu=1")]
    [InlineData("drain")]
    [InlineData("chat", "--nope")]
    [InlineData("chat", "--max-tokens", "0")]
    [InlineData("chat", "--temperature", "hot")]
    [InlineData("chat", "--url", "nowhere")]
    [InlineData("simulate", "--rate", "0")]
    [InlineData("simulate", "--trace", "there/is/none")]
    [InlineData("simulate", "--trace", "there/is/none", "--rate", "5")]
    [InlineData("simulate", "--speedup", "2")]
    [InlineData("simulate", "--profile", "nobody")]
    [InlineData("simulate", "--prefill", "2,3")]
    [InlineData("simulate", "--shape", "plain", "--prefill", "2")]
    [InlineData("simulate", "--shape", "plain", "--autoscale")]
    [InlineData("simulate", "--prompt-tokens", "none")]
    [InlineData("simulate", "--slo-ttft", "soon")]
    [InlineData("plan", "--gpus", "1")]
    [InlineData("plan", "--profile", "opt-66b-tp8", "--gpus", "8")]
    [InlineData("dance")]
    [InlineData("status", "extra")]
    public async Task Any_BadUsage_IsOneLineAndTwo(params string[] args)
    {
        var (code, output, error) = await RunAsync(args);

        Assert.Equal((2, ""), (code, output));
        Assert.Matches("^baton: [^\n]+\n$", error.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("chat", "--message", "x")]
    [InlineData("status")]
    public async Task Any_NothingListens_IsOneLineAndOne(params string[] args)
    {
        var (code, _, error) = await RunAsync([.. args, "--url", "http://127.0.0.1:9"]);

        Assert.Equal(1, code);
        Assert.Matches("^baton: the gateway cannot be reached[^\n]+\n$", error.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("status")]
    public async Task Any_Help_NamesTheOptions(string command)
    {
        var (code, output, _) = await RunAsync(command, "--help");

        Assert.Equal(0, code);
        Assert.Contains("--url", output, StringComparison.Ordinal);
        Assert.Contains("--json", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("simulate", "--requests", "50", "--autoscale", "--admission", "predicted")]
    [InlineData("plan", "--gpus", "2", "--prompt-tokens", "512", "--output-tokens", "8", "--rate", "50")]
    public async Task Any_Json_IsOneDocument(params string[] args)
    {
        var (code, output, _) = await RunAsync([.. args, "--json"]);

        Assert.Equal(0, code);
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(output).RootElement.ValueKind);
    }

    [Fact]
    public async Task Simulate_Html_WritesAPage()
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var (code, output, _) = await RunAsync("simulate", "--requests", "50", "--html", file);

        Assert.Equal(0, code);
        Assert.Contains("attainment", output, StringComparison.Ordinal);
        Assert.StartsWith("<!doctype html>", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        File.Delete(file);
    }

    [Theory]
    [InlineData("simulate")]
    [InlineData("plan")]
    public async Task Simulating_Help_NamesTheOptions(string command)
    {
        var (code, output, _) = await RunAsync(command, "--help");

        Assert.Equal(0, code);
        Assert.Contains("--slo-ttft", output, StringComparison.Ordinal);
        Assert.Contains("--json", output, StringComparison.Ordinal);
    }

    private static Task<(int Code, string Out, string Error)> RunAsync(params string[] args) => RunAsync(args, "");

    private static async Task<(int Code, string Out, string Error)> RunAsync(string[] args, string input)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await BatonCommand.RunAsync(
            args, new Terminal(new StringReader(input), output, error), TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}
