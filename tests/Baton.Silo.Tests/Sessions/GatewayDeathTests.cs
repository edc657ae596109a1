using Baton.Contracts.Sessions;
using Baton.Core.Costs;

namespace Baton.Silo.Tests.Sessions;

/// <summary>A session outlives the gateway that began it.</summary>
public sealed class GatewayDeathTests
{
    private static readonly WorkerProfile Slow = SimulatedCluster.Profile with { PrefillConstant = 4, DecodeFloor = 4 };

    [Fact]
    public async Task Kill_WhileTokensFlow_AnotherGatewayGoesOnWithTheSameTokens()
    {
        await using var cluster = await SimulatedCluster.StartAsync(1, 2, profile: Slow, gateways: 2);
        var requests = Enumerable.Range(0, 12).Select(i => SimulatedCluster.Request(i, 40 + i, maxTokens: 200)).ToList();
        var undisturbed = await Task.WhenAll(requests.Select((r, i) => cluster.RunAsync($"u{i}", r)));
        var seen = await Task.WhenAll(requests.Select((r, i) => BeginAsync(cluster, $"r{i}", r, tokens: 5 + (i * 7))));

        await cluster.KillGatewayAsync(0);
        var rest = await Task.WhenAll(requests.Select((_, i) => ResumeAsync(cluster, $"r{i}", seen[i].Count)));

        for (var i = 0; i < requests.Count; i++)
        {
            Assert.Equal(Plain(undisturbed[i]), Plain([.. seen[i], .. rest[i]]));
        }

        Assert.Equal(requests.Count, cluster.Table.Recomputes);
        Assert.Equal(0, cluster.Table.Strays);
        await cluster.AllReleased();
    }

    [Fact]
    public async Task Kill_AfterTheEnd_TheLogCanStillBeRead()
    {
        await using var cluster = await SimulatedCluster.StartAsync(1, 1, gateways: 2);
        var request = SimulatedCluster.Request(1, 40, maxTokens: 20, choices: 3);
        var log = await cluster.RunAsync("done", request);
        await cluster.Eventually(() => cluster.VaultOf(1).Count == 1 && cluster.VaultOf(1).RunningOf(cluster.SiloOf(0)).Count == 0);

        await cluster.KillGatewayAsync(0);

        Assert.Equal(Plain(log), Plain(await ResumeAsync(cluster, "done", 0)));
        Assert.Equal(StartOutcome.Attached, (await cluster.Session("done").Start(request)).Outcome);
        Assert.Equal(0, cluster.Table.Recomputes);
    }

    [Fact]
    public async Task Kill_TheRequestIsSentAgain_AttachesAndDoesNotStartTwice()
    {
        await using var cluster = await SimulatedCluster.StartAsync(1, 1, profile: Slow, gateways: 3);
        var request = SimulatedCluster.Request(1, 40, maxTokens: 100);
        var seen = await BeginAsync(cluster, "r", request, tokens: 10);

        await cluster.KillGatewayAsync(0);

        // At whichever gateway it is sent: the one that keeps the copy is asked for it.
        Assert.Equal(StartOutcome.Attached, await StartAsync(cluster, "r", request, gateway: 1));
        Assert.Equal(StartOutcome.Attached, await StartAsync(cluster, "r", request, gateway: 0));
        var rest = await ResumeAsync(cluster, "r", seen.Count);
        Assert.Equal(101, seen.Count + rest.Count);
        Assert.Equal(0, cluster.VaultOf(0).RunningOf("").Count + cluster.TableOf(0).Requests + cluster.TableOf(1).Requests);
    }

    [Fact]
    public async Task Stop_WhileTokensFlow_AnotherGatewayGoesOnWithTheSameTokens()
    {
        await using var cluster = await SimulatedCluster.StartAsync(1, 2, profile: Slow, gateways: 2);
        var requests = Enumerable.Range(0, 6).Select(i => SimulatedCluster.Request(i, 40 + i, maxTokens: 400)).ToList();
        var undisturbed = await Task.WhenAll(requests.Select((r, i) => cluster.RunAsync($"u{i}", r)));
        var seen = await Task.WhenAll(requests.Select((r, i) => BeginAsync(cluster, $"r{i}", r, tokens: 5 + i)));
        Assert.True(await cluster.CopiesOf(0).WhenKept(newcomer: null));

        await cluster.StopGatewayAsync(0);
        var rest = await Task.WhenAll(requests.Select((_, i) => ResumeAsync(cluster, $"r{i}", seen[i].Count)));
        var ended = await Task.WhenAll(requests.Select((_, i) => ResumeAsync(cluster, $"u{i}", 0)));

        for (var i = 0; i < requests.Count; i++)
        {
            Assert.Equal(Plain(undisturbed[i]), Plain([.. seen[i], .. rest[i]]));
            Assert.Equal(Plain(undisturbed[i]), Plain(ended[i]));
        }

        await cluster.AllReleased();
    }

    [Fact]
    public async Task Join_WhileTokensFlow_CoversWhatRanBefore()
    {
        await using var cluster = await SimulatedCluster.StartAsync(1, 1, profile: Slow);
        var request = SimulatedCluster.Request(1, 40, maxTokens: 400);
        var undisturbed = await cluster.RunAsync("u", request);
        var seen = await BeginAsync(cluster, "r", request, tokens: 10);
        Assert.False(await cluster.CopiesOf(0).WhenKept(newcomer: null));

        var joined = await cluster.JoinGatewayAsync();
        await cluster.Eventually(() => cluster.HasCaughtUp(joined));
        await cluster.KillGatewayAsync(0);

        // The killed one was the first of the silos; the joined one moves up with the others.
        var rest = await SimulatedCluster.UntilDeliveredAsync(
            () => SimulatedCluster.ReadAsync(cluster.Session("r", joined - 1), seen.Count));
        Assert.Equal(Plain(undisturbed), Plain([.. seen, .. rest]));
    }

    [Fact]
    public async Task Retention_Over_TheCopyGoesToo()
    {
        await using var cluster = await SimulatedCluster.StartAsync(
            1, 1, sessions: o => o.Retention = TimeSpan.FromMilliseconds(200), gateways: 2);
        await cluster.RunAsync("short", SimulatedCluster.Request(1, 40, maxTokens: 5));

        await cluster.Eventually(() => cluster.VaultOf(1).Count == 0 && cluster.Table.Active == 0);
    }

    private static async Task<List<SessionEvent>> BeginAsync(
        SimulatedCluster cluster, string id, GenerationRequest request, int tokens)
    {
        var session = cluster.Session(id);
        Assert.Equal(StartOutcome.Started, (await session.Start(request)).Outcome);
        var seen = new List<SessionEvent>();
        await foreach (var entry in session.Read(0))
        {
            seen.Add(entry);
            if (seen.Count == tokens)
            {
                break;
            }
        }

        return seen;
    }

    private static Task<StartOutcome> StartAsync(
        SimulatedCluster cluster, string id, GenerationRequest request, int gateway) =>
        SimulatedCluster.UntilDeliveredAsync(async () => (await cluster.Session(id, gateway).Start(request)).Outcome);

    private static Task<List<SessionEvent>> ResumeAsync(SimulatedCluster cluster, string id, int from) =>
        SimulatedCluster.UntilDeliveredAsync(() => SimulatedCluster.ReadAsync(cluster.Session(id), from));

    private static IEnumerable<(int, SessionEventKind, int, int, string, string?)> Plain(IEnumerable<SessionEvent> log) =>
        log.Select(e => (e.Index, e.Kind, e.Choice, e.Token, e.Text, e.Reason));
}
