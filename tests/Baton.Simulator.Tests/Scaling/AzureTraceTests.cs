using Baton.Core.Planning;
using Baton.Simulator.Results;
using Baton.Simulator.Workloads;
using Baton.Testing;

namespace Baton.Simulator.Tests.Scaling;

/// <summary>An hour of Azure's conversations on OPT-13B: what the planner is tuned by.</summary>
public sealed class AzureTraceTests
{
    private static readonly PlannerOptions Planner = new() { Max = new(100, 100) };
    private static readonly Lazy<IReadOnlyList<Arrival>> Trace = new(
        () => TraceFile.Read(Repository.Shared("data/traces/azure_llm_2023_conv.csv.gz")));

    // The fewest workers with which 98 of 100 requests meet both targets in each minute, and as many as the mean load needs.
    private static readonly Lazy<SimulationResult> Peak = new(() => Simulation.Run(Clusters.Apart(4, 3), Trace.Value));
    private static readonly Lazy<SimulationResult> Mean = new(() => Simulation.Run(Clusters.Apart(2, 2), Trace.Value));

    [Theory]
    [InlineData(5)]
    [InlineData(60)]
    public void Planner_Defaults_NearStaticPeakForFarLess(int startSeconds)
    {
        Repository.Shared("data/traces/azure_llm_2023_conv.csv.gz");
        var profile = Clusters.Opt13B with { StartSeconds = startSeconds };
        SimulationResult peak = Peak.Value;
        SimulationResult mean = Mean.Value;
        SimulationResult elastic = Simulation.Run(Clusters.Apart(2, 2, profile) with { Planner = Planner }, Trace.Value);

        Assert.True(elastic.Attainment.Both > peak.Attainment.Both - 0.01, $"{elastic.Attainment.Both} of {peak.Attainment.Both}");
        Assert.True(elastic.Attainment.Both > mean.Attainment.Both + 0.03, $"{elastic.Attainment.Both}, static {mean.Attainment.Both}");
        Assert.True(elastic.GpuSeconds < 0.7 * peak.GpuSeconds, $"{elastic.GpuSeconds} of {peak.GpuSeconds}");
        Assert.All(Enum.GetValues<Phase>(), phase => AssertSteady(elastic.Scaling, phase));
    }

    // Up, down and up again within a minute.
    private static void AssertSteady(IReadOnlyList<ScaleDecision> decisions, Phase phase)
    {
        TimeSpan grew = TimeSpan.FromHours(-1);
        bool shrunkSince = false;
        foreach (ScaleDecision decision in decisions)
        {
            int change = decision.Desired[phase] - decision.Current[phase];
            Assert.False(change > 0 && shrunkSince && decision.At - grew < TimeSpan.FromMinutes(1), $"it swings at {decision.At}");
            (grew, shrunkSince) = change > 0 ? (decision.At, false) : (grew, shrunkSince || change < 0);
        }
    }
}
