using Baton.Core.Planning;
using Baton.Simulator.Results;
using Baton.Simulator.Workloads;

namespace Baton.Simulator.Tests.Scaling;

/// <summary>
/// A mix that turns every ten minutes, long prompts with short answers, then the other way round, where a start takes a minute:
/// what conversions bring, beside the same planner without them.
/// </summary>
public sealed class ConversionTests(ITestOutputHelper log)
{
    private const int StartSeconds = 60;

    [Fact]
    public void Planner_TheMixTurns_ConvertingMeetsMoreForNoMore()
    {
        List<(SimulationResult Converted, SimulationResult Replaced)> runs = [];
        for (int seed = 0; seed < 3; seed++)
        {
            Arrival[] arrivals = [.. Turning(seed)];
            runs.Add((Run(arrivals, convertSeconds: 2), Run(arrivals, convertSeconds: StartSeconds)));
            log.WriteLine($"{Text(runs[^1].Converted)}; without: {Text(runs[^1].Replaced)}");
        }

        Assert.True(runs.Sum(r => r.Converted.Conversions) > 0);
        Assert.Equal(0, runs.Sum(r => r.Replaced.Conversions));
        Assert.All(runs, r => Assert.Equal((0, 0L), (r.Converted.Failed, r.Converted.BlocksHeld)));
        Assert.True(runs.Average(r => r.Converted.Attainment.Both) > runs.Average(r => r.Replaced.Attainment.Both));
        Assert.True(runs.Average(r => r.Converted.GpuSeconds) < 1.01 * runs.Average(r => r.Replaced.GpuSeconds));
    }

    // A machine is paid for by one phase at a time, also while it changes: it is never over the budget as one that starts beside
    // one that drains is.
    [Fact]
    public void Convert_OnceAtATime_TheMachineIsPaidOnce()
    {
        Arrival[] arrivals = [new Arrival(TimeSpan.Zero, 512, 2)];
        var planner = new PlannerOptions { Min = new(1, 2), Max = new(1, 2) };
        var profile = Clusters.Opt13B with { ConvertSeconds = 2 };
        SimulationResult result = Simulation.Run(Clusters.Apart(2, 1, profile) with { Planner = planner }, arrivals);
        Assert.Equal(1, result.Conversions);
        Assert.Equal(3 * result.Seconds, result.GpuSeconds, 1e-3);
    }

    private static SimulationResult Run(Arrival[] arrivals, double convertSeconds)
    {
        var profile = Clusters.Opt13B with { StartSeconds = StartSeconds, ConvertSeconds = convertSeconds };
        return Simulation.Run(Clusters.Apart(2, 2, profile) with { Planner = new PlannerOptions { Max = new(100, 100) } }, arrivals);
    }

    private static IEnumerable<Arrival> Turning(int seed) => Enumerable.Range(0, 4).SelectMany(
        turn => Load(turn, (10 * seed) + turn).Select(a => a with { At = a.At + TimeSpan.FromMinutes(10 * turn) })).OrderBy(a => a.At);

    private static IEnumerable<Arrival> Load(int turn, int seed)
    {
        bool isLong = turn % 2 == 0;
        SyntheticWorkload load = Clusters.Load(isLong ? 7 : 5, isLong ? 4200 : 3000, seed) with
        {
            Prompt = new Lengths.Fixed(isLong ? 2000 : 128),
            Output = new Lengths.Fixed(isLong ? 16 : 500),
        };
        return load.Arrivals();
    }

    private static string Text(SimulationResult result) =>
        $"{result.Conversions} conversions, {result.Attainment.Both:P1} met both, {result.GpuSeconds:0} GPU-seconds";
}
