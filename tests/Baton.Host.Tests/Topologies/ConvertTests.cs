using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Baton.Testing;

namespace Baton.Host.Tests.Topologies;

/// <summary>Worker processes that change their role, under load.</summary>
[Collection(ProcessTests.Name)]
public sealed class ConvertTests(ITestOutputHelper log)
{
    // Tokens of some milliseconds: requests last long enough to be met by both conversions. A start is said to take so long
    // that it is never chosen.
    private const string Profile =
        """{"name":"steady","prefillLinear":0.1,"decodeConstant":2,"decodePerSequence":1,"startSeconds":60,"convertSeconds":1}""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scale_ToPrefillAndBackUnderLoad_TheProcessStaysAndNoRequestFails()
    {
        await using var host = await StartAsync("prefill=1,decode=2");
        var undisturbed = await host.Client.CompleteAsync(Prompt, 600);
        var running = Enumerable.Range(0, 6).Select(_ => host.Client.CompleteAsync(Prompt, 600)).ToList();
        var before = await host.Client.ClusterAsync(c => Of(c, "decode", "ready").All(w => w.GetProperty("running").GetInt32() > 0), Patience);

        var (there, converting) = await ScaleAsync(host, 2, 1);
        // What was started meanwhile is prefilled by both.
        running.AddRange(Enumerable.Range(0, 6).Select(_ => host.Client.CompleteAsync(Prompt, 600)));
        var (back, convertingBack) = await ScaleAsync(host, 1, 2);
        var (_, starting) = await ScaleAsync(host, 1, 3);

        Assert.All(await Task.WhenAll(running), r => Assert.Equal(undisturbed.Tokens, r.Tokens));
        Assert.True((converting < convertingBack ? converting : convertingBack) < starting);
        var converted = Assert.Single(Of(there, "prefill", "ready"), w => Id(w).EndsWith(".2", StringComparison.Ordinal));
        var process = Process(converted);
        Assert.Contains(process, Of(before, "decode", "ready").Select(Process));
        Assert.Contains(process, Of(back, "prefill", "ready").Concat(Of(back, "decode", "ready")).Select(Process));
        Assert.All(Of(back, "decode", "ready"), w => Assert.Contains(Process(w), Processes(before)));
        var totals = back.GetProperty("totals");
        Assert.Equal(0, totals.GetProperty("recomputes").GetInt64());
        Assert.True(totals.GetProperty("migrations").GetInt64() > 0);
    }

    // A process started anew would find nothing to load.
    [Fact]
    public async Task Scale_TheModelsFilesAreGone_GoesOnWithTheWeightsItHas()
    {
        var folder = Directory.CreateTempSubdirectory("baton-model-");
        var builtIn = Path.Combine(Repository.Root, "host", "models", "baton-stories-7m");
        foreach (var file in Directory.EnumerateFiles(builtIn))
        {
            File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
        }

        await using var host = await HostProcess.StartAsync("--model", folder.FullName, "--workers", "prefill=1,decode=2");
        await host.Client.ClusterAsync(c => Of(c, "decode", "ready").Count == 2, Patience);
        folder.Delete(recursive: true);
        var golden = Golden.Read(Path.Combine(Repository.Root, "tests", "Golden", "baton-stories-7m.json"));

        foreach (var (prefill, decode) in new[] { (2, 1), (1, 2) })
        {
            var (cluster, _) = await ScaleAsync(host, prefill, decode);
            Assert.Equal(3, Processes(cluster).Distinct().Count());
            var answers = await Task.WhenAll(golden.Greedy.Select(g => host.Client.CompleteAsync(g.Prompt, golden.MaxTokens)));
            Assert.Equal(golden.Greedy.Select(g => g.Output), answers.Select(a => a.Tokens));
        }
    }

    private async Task<(JsonElement Cluster, TimeSpan After)> ScaleAsync(HostProcess host, int prefill, int decode)
    {
        var watch = Stopwatch.StartNew();
        using var body = new StringContent(
            $$"""{"prefill":{{prefill}},"decode":{{decode}}}""", System.Text.Encoding.UTF8, "application/json");
        using var answer = await host.Client.PostAsync("/cluster/scale", body, Stop);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var cluster = await host.Client.ClusterAsync(
            c => Of(c, "prefill", "ready").Count == prefill && Of(c, "decode", "ready").Count == decode, Patience);
        log.WriteLine($"{prefill} and {decode} after {watch.Elapsed.TotalSeconds:0.00} s: {cluster.GetProperty("decisions")[0].GetProperty("outcome")}");
        return (cluster, watch.Elapsed);
    }

    private static async Task<HostProcess> StartAsync(string workers)
    {
        var profile = Path.Combine(Path.GetTempPath(), $"baton-profile-{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(profile, Profile, Stop);
        var host = await HostProcess.StartAsync("--engine", "simulated", "--sim-profile", profile, "--workers", workers);
        await host.Client.ClusterAsync(c => Of(c, "decode", "ready").Count == 2, Patience);
        return host;
    }

    private static IReadOnlyList<JsonElement> Of(JsonElement cluster, string role, string state) =>
    [
        .. cluster.GetProperty("workers").EnumerateArray()
            .Where(w => w.GetProperty("role").GetString() == role && w.GetProperty("state").GetString() == state),
    ];

    private static IEnumerable<int> Processes(JsonElement cluster) => cluster.GetProperty("workers").EnumerateArray().Select(Process);

    private static string Id(JsonElement worker) => worker.GetProperty("id").GetString()!;

    private static int Process(JsonElement worker) => worker.GetProperty("pid").GetInt32();

    private static int[] Prompt { get; } = [.. Enumerable.Range(0, 100).Select(i => 300 + i)];
}
