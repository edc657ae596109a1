using System.Diagnostics;
using System.Text.Json;
using Baton.Testing;

namespace Baton.Host.Tests.Topologies;

/// <summary>A gateway with worker processes of its own, on the simulated engine.</summary>
[Collection(ProcessTests.Name)]
public sealed class WorkerProcessTests
{
    // Steps of two milliseconds: requests last long enough to be met by a crash.
    private const string Profile = """{"name":"steady","prefillConstant":4,"decodeFloor":2}""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // A dead silo's part of the grain directory would be held for half a minute if leases on it were not off.
    private static readonly TimeSpan NoLease = TimeSpan.FromSeconds(24);

    [Fact]
    public async Task Load_OnTwoAndTwo_EveryRequestIsHandedOverAndAllBlocksComeBack()
    {
        await using var host = await StartAsync();
        var done = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => host.Client.CompleteAsync(Prompt(i), 20)));
        foreach (var completed in done)
        {
            var request = await host.Client.GetJsonAsync($"/cluster/requests/{completed.RequestId}", TestContext.Current.CancellationToken);
            Assert.True(request.GetProperty("disaggregated").GetBoolean());
            Assert.StartsWith("prefill-", request.GetProperty("prefillWorker").GetString(), StringComparison.Ordinal);
            Assert.StartsWith("decode-", request.GetProperty("decodeWorker").GetString(), StringComparison.Ordinal);
        }

        var cluster = await Eventually(host.Client, c => c.GetProperty("workers").EnumerateArray().All(
            w => w.GetProperty("kvBlocksUsed").GetInt32() == 0 && w.GetProperty("handoffsInFlight").GetInt32() == 0)
            && c.GetProperty("totals").GetProperty("handoffs").GetInt64() == 40);
        Assert.Equal(4, cluster.GetProperty("workers").EnumerateArray().Select(w => w.GetProperty("pid").GetInt32()).Distinct().Count());
        Assert.True(cluster.GetProperty("totals").GetProperty("handoffBytes").GetInt64() > 0);
        Assert.Equal(40, cluster.GetProperty("totals").GetProperty("requests").GetInt64());
    }

    [Theory]
    [InlineData("prefill")]
    [InlineData("decode")]
    public async Task Drain_AWorker_LeavesWithoutHarmAndIsNotReplaced(string role)
    {
        await using var host = await StartAsync();
        await Eventually(host.Client, c => new[] { "prefill", "decode" }.All(
            r => c.GetProperty("scale").GetProperty(r).GetProperty("ready").GetInt32() == 2));
        // They last four seconds: a busy machine takes half a second from the order to drain to the first move.
        var undisturbed = await host.Client.CompleteAsync(Prompt(0), 2000);
        var running = Enumerable.Range(0, 12).Select(_ => host.Client.CompleteAsync(Prompt(0), 2000)).ToList();
        // Of twelve on two workers one has six; fewer may still be the report of the undisturbed one.
        var cluster = await Eventually(host.Client, c => c.GetProperty("workers").EnumerateArray()
            .Any(w => w.GetProperty("role").GetString() == "decode" && w.GetProperty("running").GetInt32() >= 6));
        var leaving = cluster.GetProperty("workers").EnumerateArray()
            .Where(w => w.GetProperty("role").GetString() == role)
            .MaxBy(w => w.GetProperty("running").GetInt32()).GetProperty("id").GetString()!;

        using var asked = await host.Client.PostAsync($"/cluster/workers/{leaving}/drain", null, TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.Accepted, asked.StatusCode);

        Assert.All(await Task.WhenAll(running), completed => Assert.Equal(undisturbed.Tokens, completed.Tokens));
        var after = await Eventually(host.Client, c => c.GetProperty("workers").EnumerateArray()
            .Single(w => w.GetProperty("id").GetString() == leaving).GetProperty("state").GetString() == "dead");
        Assert.Equal(1, after.GetProperty("scale").GetProperty(role).GetProperty("desired").GetInt32());
        Assert.Equal(0, after.GetProperty("totals").GetProperty("recomputes").GetInt64());
        Assert.True(role == "prefill" || after.GetProperty("totals").GetProperty("migrations").GetInt64() > 0);

        using var unknown = await host.Client.PostAsync("/cluster/workers/nobody/drain", null, TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Theory]
    [InlineData("prefill")]
    [InlineData("decode")]
    public async Task Kill_AWorker_RequestsFinishElsewhereAndItIsReplaced(string role)
    {
        await using var host = await StartAsync();
        var undisturbed = await host.Client.CompleteAsync(Prompt(0), 300);
        var running = Enumerable.Range(0, 12).Select(_ => host.Client.CompleteAsync(Prompt(0), 300)).ToList();
        var cluster = await Eventually(host.Client, c => c.GetProperty("workers").EnumerateArray()
            .Any(w => w.GetProperty("role").GetString() == "decode" && w.GetProperty("running").GetInt32() > 0));
        var victim = cluster.GetProperty("workers").EnumerateArray().First(w => w.GetProperty("role").GetString() == role);
        using (var process = Process.GetProcessById(victim.GetProperty("pid").GetInt32()))
        {
            process.Kill();
        }

        var got = await Task.WhenAll(running).WaitAsync(NoLease, TestContext.Current.CancellationToken);
        Assert.All(got, completed => Assert.Equal(undisturbed.Tokens, completed.Tokens));
        await Eventually(host.Client, c => c.GetProperty("scale").GetProperty(role).GetProperty("ready").GetInt32() == 2);
    }

    [Fact]
    public async Task Hang_AWorkerForGood_IsEndedAndReplaced()
    {
        await using var host = await StartAsync();
        var cluster = await host.Client.GetJsonAsync("/cluster", TestContext.Current.CancellationToken);
        var hung = cluster.GetProperty("workers").EnumerateArray().First(w => w.GetProperty("role").GetString() == "decode");
        using var process = Process.GetProcessById(hung.GetProperty("pid").GetInt32());
        ProcessSignal.Send("-STOP", process.Id);

        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        await Eventually(host.Client, c => c.GetProperty("workers").EnumerateArray().Count(
            w => w.GetProperty("role").GetString() == "decode" && w.GetProperty("state").GetString() == "ready"
                && w.GetProperty("id").GetString() != hung.GetProperty("id").GetString()) == 2);
    }

    [Fact]
    public async Task Stop_TheGateway_EndsItsWorkers()
    {
        await using var host = await StartAsync();
        var cluster = await host.Client.GetJsonAsync("/cluster", TestContext.Current.CancellationToken);
        var processes = cluster.GetProperty("workers").EnumerateArray()
            .Select(w => Process.GetProcessById(w.GetProperty("pid").GetInt32())).ToList();
        Assert.Equal(0, await host.StopAsync());
        foreach (var process in processes)
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken)
                .WaitAsync(Patience, TestContext.Current.CancellationToken);
            process.Dispose();
        }
    }

    private static async Task<HostProcess> StartAsync()
    {
        var profile = Path.Combine(Path.GetTempPath(), $"baton-profile-{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(profile, Profile);
        return await HostProcess.StartAsync(
            "--engine", "simulated", "--sim-profile", profile, "--workers", "prefill=2,decode=2");
    }

    private static int[] Prompt(int seed) => [.. Enumerable.Range(0, 100).Select(i => 300 + (seed * 37 + i) % 1000)];

    private static Task<JsonElement> Eventually(HttpClient client, Func<JsonElement, bool> condition) =>
        client.ClusterAsync(condition, Patience);
}
