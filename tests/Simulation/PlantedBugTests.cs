using Baton.Simulation.Faults;

namespace Baton.Simulation;

/// <summary>The simulation finds the bugs that it is for: each is planted around the real code and caught.</summary>
public sealed class PlantedBugTests
{
    private const int MostSeeds = 100;

    [Theory]
    [InlineData(nameof(Bug.EpochNotChecked), "was over, and still brought token")]
    [InlineData(nameof(Bug.AckBeforeChecksum), "has")]
    [InlineData(nameof(Bug.ReleaseTwice), "freed twice")]
    public async Task World_WithABug_IsFoundOut(string planted, string violation)
    {
        var bug = Enum.Parse<Bug>(planted);
        for (var seed = 0; seed < MostSeeds; seed++)
        {
            if ((await Seeds.Play(seed, bug)).Violation is { } found)
            {
                TestContext.Current.TestOutputHelper?.WriteLine($"{bug} is caught by seed {seed}: {found}");
                Assert.Contains(violation, found, StringComparison.Ordinal);
                return;
            }
        }

        Assert.Fail($"{bug} was not caught within {MostSeeds} seeds.");
    }
}
