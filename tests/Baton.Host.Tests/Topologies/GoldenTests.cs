using Baton.Testing;

namespace Baton.Host.Tests.Topologies;

/// <summary>
/// The standing oracle: greedy ids and log-probabilities of a real trained model are the same in one process, on worker
/// processes, and on processes joined by Redis; with disaggregation always and never; alone and all at once.
/// </summary>
public sealed class GoldenTests
{
    private const double LogprobTolerance = 1e-4;

    [Theory]
    [InlineData("always")]
    [InlineData("never")]
    public async Task OneProcess_BuiltInModel_IsEqual(string disaggregate)
    {
        await using var host = await HostProcess.StartAsync("--disaggregate", disaggregate);
        await Check(host.Client, Path.Combine(Repository.Root, "tests", "Golden", "baton-stories-7m.json"));
    }

    [Fact]
    public async Task WorkerProcesses_BuiltInModel_IsEqual()
    {
        await using var host = await HostProcess.StartAsync("--workers", "prefill=1,decode=1");
        await Check(host.Client, Path.Combine(Repository.Root, "tests", "Golden", "baton-stories-7m.json"));
    }

    [Theory]
    [InlineData("always")]
    [InlineData("never")]
    public async Task OneProcess_Golden_IsEqual(string disaggregate)
    {
        var model = Repository.Shared("models/stories260K");
        await using var host = await HostProcess.StartAsync("--model", model, "--disaggregate", disaggregate);
        await Check(host.Client, Repository.Shared("golden/stories260K.json"));
    }

    [Theory]
    [InlineData("always", "auto")]
    [InlineData("always", "tcp")]
    [InlineData("never", "auto")]
    public async Task WorkerProcesses_Golden_IsEqual(string disaggregate, string plane)
    {
        var model = Repository.Shared("models/stories260K");
        await using var host = await HostProcess.StartAsync(
            "--model", model, "--workers", "prefill=2,decode=2", "--disaggregate", disaggregate, "--data-plane", plane);
        await Check(host.Client, Repository.Shared("golden/stories260K.json"));
    }

    [Theory]
    [InlineData("always")]
    [InlineData("never")]
    public async Task JoinedByRedis_Golden_IsEqual(string disaggregate)
    {
        var model = Repository.Shared("models/stories260K");
        await using var redis = await RedisServer.StartAsync();
        string[] common =
        [
            "--model", model, "--cluster", $"redis={redis.Endpoint}", "--cluster-id", Guid.NewGuid().ToString("N"),
        ];
        await using var decode = await HostProcess.StartAsync([.. common, "--role", "decode"]);
        await using var front = await HostProcess.StartAsync(
            [.. common, "--role", "gateway,prefill", "--disaggregate", disaggregate]);
        await Check(front.Client, Repository.Shared("golden/stories260K.json"));
    }

    private static async Task Check(HttpClient client, string path)
    {
        var golden = Golden.Read(path);
        foreach (var sequence in golden.Greedy)
        {
            var alone = await client.CompleteAsync(sequence.Prompt, golden.MaxTokens);
            Assert.Equal(sequence.Output, alone.Tokens);
        }

        var together = await Task.WhenAll(golden.Greedy.Select(s => client.CompleteAsync(s.Prompt, golden.MaxTokens)));
        Assert.Equal(golden.Greedy.Select(s => s.Output), together.Select(t => t.Tokens));

        foreach (var position in golden.Positions)
        {
            var next = await client.CompleteAsync(position.Context, 1, logprobs: position.Top.Length);
            Assert.InRange(next.Logprobs[0], position.Top[0] - LogprobTolerance, position.Top[0] + LogprobTolerance);
            Assert.Equal(position.Top.Length, next.FirstTop.Length);
            foreach (var (expected, actual) in position.Top.Zip(next.FirstTop))
            {
                Assert.InRange(actual, expected - LogprobTolerance, expected + LogprobTolerance);
            }
        }
    }
}
