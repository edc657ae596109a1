using Baton.Contracts.Sessions;

namespace Baton.Silo.Tests.Sessions;

/// <summary>A session is one, wherever it is asked for.</summary>
public sealed class SessionDirectoryTests
{
    [Fact]
    public async Task Start_AtTwoGatewaysAtOnce_RunsOnce()
    {
        await using var cluster = await SimulatedCluster.StartAsync(1, 1, gateways: 3);
        for (var i = 0; i < 40; i++)
        {
            var request = SimulatedCluster.Request(i, 40, maxTokens: 5);
            var sessions = Enumerable.Range(0, 3).Select(g => cluster.Session($"r{i}", g)).ToList();
            var started = await Task.WhenAll(sessions.Select(s => s.Start(request)));

            Assert.Single(started, s => s.Outcome == StartOutcome.Started);
            Assert.Equal(2, started.Count(s => s.Outcome == StartOutcome.Attached));
            var logs = await Task.WhenAll(sessions.Select(s => SimulatedCluster.ReadAsync(s, 0)));
            Assert.All(logs, log => Assert.Equal(logs[0].Select(e => e.Token), log.Select(e => e.Token)));
        }

        Assert.Equal(40, Enumerable.Range(0, 3).Sum(g => cluster.TableOf(g).Requests));
        await cluster.AllReleased();
    }

    [Fact]
    public async Task Read_AtAnotherGateway_IsTheSameSession()
    {
        await using var cluster = await SimulatedCluster.StartAsync(1, 1, gateways: 2);
        var log = await cluster.RunAsync("r", SimulatedCluster.Request(1, 40, maxTokens: 5));

        Assert.Equal(log.Select(e => e.Token), (await SimulatedCluster.ReadAsync(cluster.Session("r", 1), 0)).Select(e => e.Token));
        Assert.Null(await cluster.Session("unknown", 1).Describe());
        Assert.Equal((1, 0), (cluster.TableOf(0).Requests, cluster.TableOf(1).Requests));
    }
}
