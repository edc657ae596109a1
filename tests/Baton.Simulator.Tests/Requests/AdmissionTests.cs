using Baton.Core.Routing;
using Baton.Simulator.Results;
using Baton.Simulator.Workloads;

namespace Baton.Simulator.Tests.Requests;

/// <summary>Twice what the cluster can serve, prompts that take long to read (Mooncake, FAST 2025, table 3).</summary>
public sealed class AdmissionTests
{
    private static readonly SimulationOptions Cluster = Clusters.Apart(8, 12, Clusters.Opt13B with { KvTokens = 600_000 }) with
    {
        Slo = new SloTarget(TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(100)),
        // As published: what is admitted decodes. A cap on the batch keeps some of the load that swings in its queue.
        Uncapped = true,
    };

    // By what decode does now, all are taken while prefill fills and none while decode is full: the phases swing.
    [Fact]
    public void Predicted_Overload_EndsTheSwing()
    {
        SimulationResult current = Run(AdmissionMode.CurrentLoad);
        SimulationResult predicted = Run(AdmissionMode.PredictedLoad);
        Assert.True(current.Swing.Correlation < -0.2, $"{current.Swing}");
        Assert.True(predicted.Swing.PrefillVariance < current.Swing.PrefillVariance / 4, $"{predicted.Swing} and {current.Swing}");
        Assert.True(predicted.Swing.Correlation > current.Swing.Correlation + 0.1, $"{predicted.Swing} and {current.Swing}");
    }

    [Fact]
    public void OnArrival_Overload_ReadsFewerPromptsForNothing()
    {
        Assert.Contains(Run(AdmissionMode.AtEachStage, 1500).Results, IsReadForNothing);
        Assert.DoesNotContain(Run(AdmissionMode.CurrentLoad, 1500).Results, IsReadForNothing);

        static bool IsReadForNothing(RequestResult r) => r is { Outcome: Outcome.Rejected, Output: > 0 };
    }

    private static SimulationResult Run(AdmissionMode mode, int requests = 4000) => Simulation.Run(
        Cluster with { Admission = mode },
        (Clusters.Load(12, requests) with { Prompt = new Lengths.Fixed(8000), Output = new Lengths.Fixed(300) }).Arrivals());
}
