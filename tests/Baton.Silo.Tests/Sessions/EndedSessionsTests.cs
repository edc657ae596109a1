using Baton.Contracts.Sessions;

namespace Baton.Silo.Tests.Sessions;

/// <summary>What is left of a session when its activation has gone.</summary>
public sealed class EndedSessionsTests
{
    [Fact]
    public async Task End_NobodyReads_TheActivationGoesAndAnyGatewayStillTellsAll()
    {
        await using var cluster = await SimulatedCluster.StartAsync(1, 1, gateways: 2);
        var request = SimulatedCluster.Request(3, 40, maxTokens: 20);
        var seen = await cluster.RunAsync("r", request);
        var described = await cluster.Session("r").Describe();

        await cluster.Eventually(() => cluster.Ended.Find("r") is not null && !cluster.HasActivation("r"));

        // A record of one gateway: both find it there, and so does one that is asked to start it again.
        Assert.Equal(seen, await SimulatedCluster.ReadAsync(cluster.Session("r", 1), 0));
        Assert.Equal(seen[7..], await SimulatedCluster.ReadAsync(cluster.Session("r"), 7));
        Assert.Equal(described!.Timeline, (await cluster.Session("r", 1).Describe())!.Timeline);
        Assert.Equal(StartOutcome.Attached, (await cluster.Session("r", 1).Start(request)).Outcome);
        Assert.Equal(
            StartOutcome.Conflict,
            (await cluster.Session("r").Start(request with { BodyFingerprint = "another" })).Outcome);
        Assert.True(await cluster.Session("r").Cancel());
        Assert.Equal(1, cluster.Table.Requests + cluster.TableOf(1).Requests);
        await cluster.Eventually(() => !cluster.HasActivation("r"));
    }

    [Fact]
    public async Task Ask_OfWhatNobodyKnows_LeavesNoActivation()
    {
        await using var cluster = await SimulatedCluster.StartAsync(1, 1);
        Assert.Empty(await SimulatedCluster.ReadAsync(cluster.Session("nobody"), 0));
        Assert.False(await cluster.Session("nobody").Cancel());

        await cluster.Eventually(() => !cluster.HasActivation("nobody"));
    }

    [Fact]
    public async Task GatewayDeath_AfterTheEnd_TheStandbyTellsTheSame()
    {
        await using var cluster = await SimulatedCluster.StartAsync(1, 1, gateways: 3);
        var seen = await cluster.RunAsync("r", SimulatedCluster.Request(4, 40, maxTokens: 20));
        await cluster.Eventually(() => cluster.Ended.Find("r") is not null && !cluster.HasActivation("r"));

        await cluster.KillGatewayAsync(0);

        Assert.Equal(
            seen.Select(e => (e.Token, e.Text)),
            (await SimulatedCluster.UntilDeliveredAsync(() => SimulatedCluster.ReadAsync(cluster.Session("r", 1), 0)))
                .Select(e => (e.Token, e.Text)));
    }
}
