using Baton.Simulator.Results;

namespace Baton.Simulator.Tests.Results;

public sealed class SimulationHtmlTests
{
    [Fact]
    public void Of_AnyResult_NeedsNothingFromElsewhere()
    {
        SimulationResult result = Simulation.Run(Clusters.Apart(1, 1), Clusters.Load(4, 200).Arrivals());
        string page = SimulationHtml.Of(result, "a < b");
        Assert.Contains("a &lt; b", page, StringComparison.Ordinal);
        Assert.Contains("<polyline", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
        Assert.Equal(page, SimulationHtml.Of(result, "a < b"));
    }
}
