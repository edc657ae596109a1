using Baton.Core.Costs;

namespace Baton.Silo.Tests.Sessions;

/// <summary>Many requests that end at any moment of their lives leave nothing behind.</summary>
public sealed class CancelStormTests
{
    private const int Requests = 500;

    // Prompts of several chunks and steps that take a while: some are cancelled in every phase.
    private static readonly WorkerProfile Slow = SimulatedCluster.Profile with { PrefillConstant = 2, DecodeFloor = 2 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Cancel_AtRandomPhases_NothingRunsAndEveryBlockIsBack(int seed)
    {
        await using var cluster = await SimulatedCluster.StartAsync(2, 2, profile: Slow);
        var random = new Random(seed);
        var storm = Enumerable.Range(0, Requests)
            .Select(i => EndAsync(cluster, i, promptTokens: random.Next(1, 400), afterTokens: random.Next(-2, 12)))
            .ToList();
        var seen = await Task.WhenAll(storm);

        await cluster.AllReleased();
        Assert.Equal(0, cluster.Table.Active);
        Assert.All(seen, tokens => Assert.Equal(Enumerable.Range(0, tokens.Count), tokens));
        Assert.Contains(seen, tokens => tokens.Count == 0);
        Assert.Contains(seen, tokens => tokens.Count > 2);
    }

    /// <summary>Starts a request and cancels it after so many tokens; below zero before it is known whether it was taken.</summary>
    private static async Task<List<int>> EndAsync(SimulatedCluster cluster, int number, int promptTokens, int afterTokens)
    {
        var session = cluster.Session($"r{number}");
        var starting = session.Start(SimulatedCluster.Request(number, promptTokens, maxTokens: 100));
        if (afterTokens < -1)
        {
            await session.Cancel();
        }

        Assert.True((await starting).Accepted);
        var seen = new List<int>();
        if (afterTokens > 0)
        {
            await foreach (var entry in session.Read(0))
            {
                seen.Add(entry.Index);
                if (seen.Count >= afterTokens)
                {
                    break;
                }
            }
        }

        Assert.True(await session.Cancel());
        return seen;
    }
}
