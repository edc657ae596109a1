using System.Diagnostics;
using Baton.Testing;

namespace Baton.Host.Tests.Topologies;

/// <summary>What a process may weigh beyond the model and its pool.</summary>
[Collection(ProcessTests.Name)]
public sealed class MemoryTests
{
    private const long AllowanceMiB = 350;
    private const long WeightsMiB = 1;
    private const int Blocks = 2048;
    private const long BlockBytes = 20_480;

    [Fact]
    public async Task Worker_AfterLoad_IsAtMostWeightsAndPoolAndAllowance()
    {
        var model = Repository.Shared("models/stories260K");
        await using var host = await HostProcess.StartAsync(
            "--model", model, "--workers", "prefill=1,decode=1", "--kv-blocks", $"{Blocks}");
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i =>
            host.Client.CompleteAsync([1, .. Enumerable.Range(0, 100).Select(j => 259 + (i + j) % 250)], 100)));
        var cluster = await host.Client.GetJsonAsync("/cluster", TestContext.Current.CancellationToken);
        foreach (var worker in cluster.GetProperty("workers").EnumerateArray())
        {
            using var process = Process.GetProcessById(worker.GetProperty("pid").GetInt32());
            var limit = WeightsMiB + (Blocks * BlockBytes >> 20) + AllowanceMiB;
            Assert.InRange(process.WorkingSet64 >> 20, 1, limit);
        }
    }
}
