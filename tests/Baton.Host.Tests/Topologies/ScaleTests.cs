using System.Net;
using System.Text.Json;
using Baton.Testing;

namespace Baton.Host.Tests.Topologies;

/// <summary>Worker processes that come and go: as an operator asks, and as the planner decides.</summary>
[Collection(ProcessTests.Name)]
public sealed class ScaleTests
{
    // Prompts of a thousand tokens take a tenth of a second, tokens two milliseconds.
    private const string Profile =
        """{"name":"steady","prefillLinear":0.1,"decodeConstant":1,"decodePerSequence":1,"startSeconds":2}""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scale_UpAndDownUnderLoad_NoRequestFails()
    {
        await using var host = await StartAsync("--workers", "prefill=1,decode=1");
        var undisturbed = await host.Client.CompleteAsync(Prompt(0, 100), 1500);
        await AskAsync(host, """{"prefill":2,"decode":3}""");
        await ReadyAsync(host, 2, 3);

        var running = Enumerable.Range(0, 6).Select(_ => host.Client.CompleteAsync(Prompt(0, 100), 1500)).ToList();
        await host.Client.ClusterAsync(c => Running(c) >= 4, Patience);
        await AskAsync(host, """{"prefill":1,"decode":1}""");

        Assert.All(await Task.WhenAll(running), r => Assert.Equal(undisturbed.Tokens, r.Tokens));
        var after = await ReadyAsync(host, 1, 1);
        Assert.Equal(0, after.GetProperty("totals").GetProperty("recomputes").GetInt64());
        Assert.Equal("manual", after.GetProperty("decisions")[0].GetProperty("mode").GetString());
    }

    [Fact]
    public async Task Autoscale_LongPrompts_PrefillGrowsAndShrinksAgain()
    {
        await using var host = await AutoscaledAsync();
        using var load = new SteadyLoad(host.Client, TimeSpan.FromMilliseconds(60), i => (Prompt(i, 1000), 4));
        var grown = await host.Client.ClusterAsync(c => Ready(c, "prefill") >= 2, Patience);
        Assert.Equal(1, Ready(grown, "decode"));
        await load.EndAsync();
        var shrunk = await host.Client.ClusterAsync(c => Ready(c, "prefill") == 1, Patience);
        Assert.Equal(1, Ready(shrunk, "decode"));
    }

    [Fact]
    public async Task Autoscale_LongOutputs_DecodeGrowsAndShrinksAgain()
    {
        await using var host = await AutoscaledAsync();
        using var load = new SteadyLoad(host.Client, TimeSpan.FromMilliseconds(60), i => (Prompt(i, 10), 200));
        var grown = await host.Client.ClusterAsync(c => Ready(c, "decode") >= 2, Patience);
        Assert.Equal(1, Ready(grown, "prefill"));
        await load.EndAsync();
        await host.Client.ClusterAsync(c => Ready(c, "decode") == 1, Patience);
    }

    [Fact]
    public async Task Autoscale_NoRequestForLong_ToZeroAndTheNextRequestIsAnswered()
    {
        await using var host = await StartAsync(
            "--autoscale", "process", "--scale-interval", "1s", "--scale-cooldown", "1s", "--scale-min", "prefill=0,decode=0",
            "--scale-idle", "3s", "--queue-ttl", "30s");
        var before = await host.Client.CompleteAsync(Prompt(0, 100), 20);
        await ReadyAsync(host, 0, 0);

        var after = await host.Client.CompleteAsync(Prompt(0, 100), 20);

        Assert.Equal(before.Tokens, after.Tokens);
    }

    [Fact]
    public async Task Scale_WithoutADriver_IsRefused()
    {
        await using var host = await HostProcess.StartAsync("--engine", "simulated");
        using var body = new StringContent("""{"decode":2}""", System.Text.Encoding.UTF8, "application/json");
        using var answer = await host.Client.PostAsync("/cluster/scale", body, Stop);
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
    }

    private static Task<HostProcess> AutoscaledAsync() => StartAsync(
        "--autoscale", "process", "--scale-interval", "1s", "--scale-cooldown", "2s", "--scale-max", "prefill=3,decode=3",
        "--slo-ttft", "500ms", "--slo-tpot", "8ms");

    private static async Task<HostProcess> StartAsync(params string[] args)
    {
        var profile = Path.Combine(Path.GetTempPath(), $"baton-profile-{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(profile, Profile, Stop);
        return await HostProcess.StartAsync(["--engine", "simulated", "--sim-profile", profile, .. args]);
    }

    private static async Task AskAsync(HostProcess host, string counts)
    {
        using var body = new StringContent(counts, System.Text.Encoding.UTF8, "application/json");
        using var answer = await host.Client.PostAsync("/cluster/scale", body, Stop);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    private static Task<JsonElement> ReadyAsync(HostProcess host, int prefill, int decode) => host.Client.ClusterAsync(
        c => Ready(c, "prefill") == prefill && Ready(c, "decode") == decode, Patience);

    private static int Ready(JsonElement cluster, string phase) =>
        cluster.GetProperty("scale").GetProperty(phase).GetProperty("ready").GetInt32();

    private static int Running(JsonElement cluster) => cluster.GetProperty("workers").EnumerateArray()
        .Where(w => w.GetProperty("role").GetString() == "decode").Sum(w => w.GetProperty("running").GetInt32());

    private static int[] Prompt(int seed, int tokens) => [.. Enumerable.Range(0, tokens).Select(i => 300 + (seed * 37 + i) % 1000)];
}
