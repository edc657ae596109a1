using System.Globalization;
using Baton.Simulation.Faults;
using Xunit.Sdk;

namespace Baton.Simulation;

/// <summary>Runs worlds by seed; one in which something went wrong is told together with how to replay it.</summary>
internal static class Seeds
{
    private const string Variable = "BATON_SIMULATION_SEED";

    /// <summary>The seed that the environment names, to be played alone and told whole.</summary>
    public static int? Only { get; } = Environment.GetEnvironmentVariable(Variable) is { } seed
        ? int.Parse(seed, CultureInfo.InvariantCulture)
        : null;

    /// <summary>Plays a world to its end, on the one thread of the pool.</summary>
    public static Task<World> Play(int seed, Bug bug = Bug.None, bool isTraced = false) => Task.Run(async () =>
    {
        using var world = new World(seed, bug, isTraced);
        await world.Run();
        return world;
    });

    /// <summary>What happened, how often; fails with the first seed in which something happened that must not.</summary>
    public static async Task<IReadOnlyDictionary<string, int>> Hold(IEnumerable<int> seeds)
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var seed in seeds)
        {
            var world = await Play(seed, isTraced: Only is not null);
            foreach (var (what, times) in world.Counts)
            {
                counts[what] = counts.GetValueOrDefault(what) + times;
            }

            var told = string.Join('\n', world.Trace.Lines);
            if (world.Violation is { } violation)
            {
                throw new XunitException(
                    $"Seed {seed}: {violation}\n{Variable}={seed} dotnet test --project tests/Simulation -c Release" +
                    $" replays it and tells all that happens.\n{told}");
            }

            if (told.Length > 0)
            {
                TestContext.Current.TestOutputHelper?.WriteLine(told);
            }
        }

        return counts;
    }
}
