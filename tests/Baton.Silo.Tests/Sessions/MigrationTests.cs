using Baton.Contracts.Sessions;
using Baton.Core.Costs;
using Baton.Core.Routing;
using Baton.Silo.Workers;

namespace Baton.Silo.Tests.Sessions;

/// <summary>A worker that drains: what decodes there moves with its KV, and nobody can tell.</summary>
public sealed class MigrationTests
{
    private static readonly WorkerProfile Slow = SimulatedCluster.Profile with { PrefillConstant = 2, DecodeFloor = 4 };

    [Theory]
    [InlineData(DisaggregationMode.Always)]
    [InlineData(DisaggregationMode.Never)]
    public async Task Drain_RunningDecodes_MoveWithTheirKv(DisaggregationMode mode)
    {
        await using var cluster = await SimulatedCluster.StartAsync(1, 2, mode, profile: Slow);
        var requests = Enumerable.Range(0, 16).Select(i => SimulatedCluster.Request(i, 30 + (i * 5), maxTokens: 150)).ToList();
        var undisturbed = await Task.WhenAll(requests.Select((r, i) => cluster.RunAsync($"u{i}", r)));

        var running = requests.Select((r, i) => cluster.RunAsync($"r{i}", r)).ToList();
        // Of sixteen on two workers, one has eight.
        await cluster.Eventually(() => Decoding(cluster).Exists(w => w.Load.Running >= 8));
        var leaving = Decoding(cluster).MaxBy(w => w.Load.Running)!;
        leaving.Drain();
        await cluster.Eventually(() => leaving.IsIdle);
        Assert.Contains(running, r => !r.IsCompleted);
        var got = await Task.WhenAll(running);

        for (var i = 0; i < requests.Count; i++)
        {
            Assert.Equal(undisturbed[i].Select(e => (e.Index, e.Token, e.Text)), got[i].Select(e => (e.Index, e.Token, e.Text)));
        }

        Assert.True(cluster.Table.Migrations >= 5, $"{cluster.Table.Migrations} moved");
        Assert.Equal(0, cluster.Table.Recomputes);
        await cluster.AllReleased();
    }

    [Fact]
    public async Task Drain_LongSequence_OnlyTheLatestBlocksWaitForTheStop()
    {
        await using var cluster = await SimulatedCluster.StartAsync(1, 2, profile: Slow);
        var request = SimulatedCluster.Request(1, 1000, maxTokens: 200);
        var running = cluster.RunAsync("r", request);
        await cluster.Eventually(() => Decoding(cluster).Exists(w => w.Load.Running == 1));
        Decoding(cluster).Single(w => w.Load.Running == 1).Drain();
        await running;

        Assert.Equal(1, cluster.Table.Migrations);
        var landed = (await cluster.Session("r").Describe())!.Timeline
            .Where(t => t.Reason?.EndsWith(" bytes over shm", StringComparison.Ordinal) == true)
            .Select(t => int.Parse(t.Reason!.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture))
            .ToList();
        Assert.Equal(2, landed.Count);
        Assert.True(landed[1] < landed[0] / 4, $"{landed[1]} of {landed[0]} bytes");
        await cluster.AllReleased();
    }

    [Fact]
    public async Task Drain_NowhereToGo_EndsWhereItIs()
    {
        await using var cluster = await SimulatedCluster.StartAsync(1, 1, profile: Slow);
        var running = cluster.RunAsync("r", SimulatedCluster.Request(1, 40, maxTokens: 60));
        var only = Decoding(cluster).Single();
        await cluster.Eventually(() => only.Load.Running == 1);

        only.Drain();

        Assert.Equal(61, (await running).Count);
        Assert.Equal(0, cluster.Table.Migrations);
        await cluster.AllReleased();
    }

    [Fact]
    public async Task Drain_TheNewWorkerDiesOnTheWay_PrefilledAgainWithTheSameTokens()
    {
        await using var cluster = await SimulatedCluster.StartAsync(1, 3, profile: Slow);
        var requests = Enumerable.Range(0, 9).Select(i => SimulatedCluster.Request(i, 40, maxTokens: 150)).ToList();
        var undisturbed = await Task.WhenAll(requests.Select((r, i) => cluster.RunAsync($"u{i}", r)));
        var running = requests.Select((r, i) => cluster.RunAsync($"r{i}", r)).ToList();
        var workers = Decoding(cluster);
        await cluster.Eventually(() => workers.All(w => w.Load.Running > 0));

        workers[0].Drain();
        await cluster.KillAsync(workers[1].Id.Name);
        var got = await Task.WhenAll(running);

        for (var i = 0; i < requests.Count; i++)
        {
            Assert.Equal(undisturbed[i].Select(e => e.Token), got[i].Select(e => e.Token));
        }

        await cluster.AllReleased();
    }

    [Fact]
    public async Task Drain_OneAfterTheOther_EverySequenceMovesOn()
    {
        await using var cluster = await SimulatedCluster.StartAsync(1, 3, profile: Slow);
        var request = SimulatedCluster.Request(3, 50, maxTokens: 300, choices: 3);
        var undisturbed = await cluster.RunAsync("u", request);
        var running = cluster.RunAsync("r", request);
        foreach (var leaving in Decoding(cluster).Take(2))
        {
            await cluster.Eventually(() => cluster.Workers.Sum(w => w.Load.Running) == 3);
            leaving.Drain();
            await cluster.Eventually(() => leaving.IsIdle);
        }

        Assert.Equal(Choices(undisturbed), Choices(await running));
        Assert.Equal(0, cluster.Table.Recomputes);
        Assert.NotEqual(0, cluster.Table.Migrations);
        await cluster.AllReleased();
    }

    private static List<Worker> Decoding(SimulatedCluster cluster) =>
        [.. cluster.Workers.Where(w => w.Role == Contracts.Workers.WorkerRole.Decode)];

    private static IEnumerable<string> Choices(IEnumerable<SessionEvent> log) => log
        .GroupBy(e => e.Choice).OrderBy(g => g.Key).Select(g => string.Join(',', g.Select(e => (e.Kind, e.Token))));
}
