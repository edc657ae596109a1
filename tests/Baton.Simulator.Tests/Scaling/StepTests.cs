using Baton.Core.Planning;
using Baton.Simulator.Results;
using Baton.Simulator.Workloads;

namespace Baton.Simulator.Tests.Scaling;

/// <summary>
/// A step to one and a half times what one worker does, wherever it falls between two decisions: the phase that it is for
/// grows in time, the other does not.
/// </summary>
public sealed class StepTests
{
    private static readonly PlannerOptions Planner = new()
    {
        Ttft = TimeSpan.FromMilliseconds(500),
        Tpot = TimeSpan.FromMilliseconds(50),
        Max = new(100, 100),
    };

    [Theory]
    [InlineData(0)]
    [InlineData(1.5)]
    [InlineData(3)]
    [InlineData(4.5)]
    public void Prompts_AnyMoment_PrefillGrowsWithinAnInterval(double offset)
    {
        (SimulationResult result, TimeSpan at) = Run(offset, rate: 22, prompt: 512, output: 8);
        Assert.InRange(FirstGrowth(result, Phase.Prefill)!.Value - at, TimeSpan.Zero, Planner.Interval);
        Assert.Null(FirstGrowth(result, Phase.Decode));
        Assert.InRange(result.Scaling.Max(d => d.Desired.Prefill), 2, 3);
    }

    // Nothing says how long outputs will be: what decodes has to pile up first, and nobody lacks anything until it has.
    [Theory]
    [InlineData(0)]
    [InlineData(1.5)]
    [InlineData(3)]
    [InlineData(4.5)]
    public void Outputs_AnyMoment_DecodeGrowsBeforeTokensAreLate(double offset)
    {
        (SimulationResult result, TimeSpan _) = Run(offset, rate: 7, prompt: 64, output: 500);
        Assert.NotNull(FirstGrowth(result, Phase.Decode));
        Assert.Null(FirstGrowth(result, Phase.Prefill));
        Assert.InRange(result.Scaling.Max(d => d.Desired.Decode), 2, 3);
        Assert.True(result.Attainment.Tpot > 0.99, $"{result.Attainment.Tpot}");
    }

    private static (SimulationResult Result, TimeSpan At) Run(double offset, double rate, int prompt, int output)
    {
        TimeSpan at = TimeSpan.FromSeconds(60 + offset);
        var load = new SyntheticWorkload
        {
            Rate = rate,
            Requests = (int)(60 * rate),
            Prompt = new Lengths.Fixed(prompt),
            Output = new Lengths.Fixed(output),
            Seed = 1,
        };
        Arrival[] step = [new Arrival(TimeSpan.Zero, 64, 8), .. load.Arrivals().Select(a => a with { At = a.At + at })];
        SimulationOptions cluster = Clusters.Apart(1, 1, Clusters.Opt13B with { StartSeconds = 3 });
        return (Simulation.Run(cluster with { Planner = Planner }, step), at);
    }

    private static TimeSpan? FirstGrowth(SimulationResult result, Phase phase) =>
        result.Scaling.FirstOrDefault(d => d.Desired[phase] > d.Current[phase])?.At;
}
