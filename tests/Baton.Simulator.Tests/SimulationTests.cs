using Baton.Core.Costs;
using Baton.Core.Planning;
using Baton.Core.Routing;
using Baton.Simulator.Results;
using Baton.Simulator.Scaling;
using Baton.Simulator.Workloads;
using CsCheck;

namespace Baton.Simulator.Tests;

public sealed class SimulationTests
{
    private static readonly PlannerOptions Planner = new() { Max = new(8, 8) };

    [Fact]
    public void Run_SameSeed_IsTheSameToTheLastByte()
    {
        string first = Text(7);
        Assert.Equal(first, Text(7));
        Assert.NotEqual(first, Text(8));

        static string Text(int seed) => SimulationJson.Text(Simulation.Run(
            Clusters.Apart(2, 2) with { Planner = Planner, Faults = new FaultOptions { DeathsPerHour = 60 }, Seed = seed },
            Clusters.Load(8, 1500, seed).Arrivals()));
    }

    // Every request ends in one way and every block comes back, whatever happens on the way.
    [Fact]
    public void Run_AnyShapeLoadAndFaults_KeepsTheBooks() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[1, 4], Gen.Int[1, 40], Gen.Int[0, 2000], Gen.Int[0, 3], Gen.Int[0, 1000]).Sample(
            (shape, workers, rate, deaths, admission, seed) =>
            {
                SimulationOptions options = shape == 0 ? Clusters.Apart(workers, workers) : Clusters.Together((ServingShape)shape, workers);
                options = options with
                {
                    Planner = shape == 0 && seed % 2 == 0 ? Planner : null,
                    Faults = new FaultOptions { DeathsPerHour = deaths },
                    Admission = (AdmissionMode)admission,
                    Seed = seed,
                };
                SimulationResult result = Simulation.Run(options, Clusters.Load(rate, 300, seed).Arrivals());
                Assert.Equal(300, result.Requests);
                Assert.Equal(300, result.Completed + result.Rejected + result.Failed);
                Assert.Equal(result.Rejected + result.Failed, result.Reasons.Values.Sum());
                Assert.Equal(0, result.BlocksHeld);
                Assert.All(result.Results.Where(r => r.Outcome == Outcome.Completed), r => Assert.True(r.TtftMs >= 0 && r.TpotMs >= 0));
            },
            iter: 40);

    [Fact]
    public void Run_WithoutFaults_GivesEachRequestItsTokens()
    {
        Arrival[] arrivals = [.. Clusters.Load(6, 400).Arrivals()];
        SimulationResult result = Simulation.Run(Clusters.Apart(2, 2), arrivals);
        Assert.Equal(arrivals.Length, result.Completed);
        Assert.Equal(arrivals.Sum(a => (long)a.OutputTokens), result.Tokens);
        Assert.Equal(0, result.Recomputes + result.Migrations);
    }

    // Twice what one worker decodes in time: those that have a place keep to the target, and the others wait for one.
    [Fact]
    public void Run_DecodeIsShort_ThoseThatDecodeKeepToTheTarget()
    {
        SimulationOptions options = Clusters.Apart(2, 1) with { Slo = new SloTarget(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(40)) };
        Arrival[] arrivals = [.. Clusters.Load(12, 1000).Arrivals()];
        SimulationResult capped = Simulation.Run(options, arrivals);
        SimulationResult uncapped = Simulation.Run(options with { Uncapped = true }, arrivals);
        Assert.InRange(capped.Tpot.P90, 35, 42);
        Assert.True(uncapped.Tpot.P50 > 50, $"{uncapped.Tpot}");
        Assert.True(capped.Attainment.Both > uncapped.Attainment.Both, $"{capped.Attainment} and {uncapped.Attainment}");
    }

    // The first is read alone. Of the four that come meanwhile, less than a step holds, two are not kept for the others.
    [Fact]
    public void Run_PromptsThatWaitTogether_ArePackedToSaturation()
    {
        Arrival one = Clusters.Load(1, 1).Arrivals().Single() with { PromptTokens = 500, OutputTokens = 2 };
        SimulationResult result = Simulation.Run(Clusters.Apart(1, 1), Enumerable.Repeat(one, 5));
        double[] waits = [.. result.Results.Select(r => r.TtftMs).Order()];
        Assert.Equal(waits[1], waits[2], 0.1);
        Assert.True(waits[3] > waits[2] + 50, string.Join(' ', waits));
    }

    // One request at a time: the time is the profile's, to the step.
    [Fact]
    public void Run_OneRequest_TakesWhatTheProfileSays()
    {
        Arrival[] arrivals = [new Arrival(TimeSpan.Zero, 512, 2)];
        RequestResult alone = Simulation.Run(Clusters.Apart(1, 1), arrivals).Results[0];
        Assert.Equal(Clusters.Opt13B.PrefillMs(StepWork.Prompt(512)), alone.TtftMs, 0.01);
        double transfer = Clusters.Opt13B.TransferMs(512);
        double step = Clusters.Opt13B.StepMs(StepWork.Decode(1, 513), Clusters.Opt13B.KvTokens);
        Assert.Equal(transfer + step, alone.TpotMs, 0.01);
        Assert.Equal(step, Simulation.Run(Clusters.Together(ServingShape.Chunked, 1), arrivals).Results[0].TpotMs, 0.01);
    }

    // M/D/1: prompts of one length that fill a step wait rho / (2 (1 - rho)) service times in the mean.
    [Theory]
    [InlineData(0.5)]
    [InlineData(0.8)]
    public void Run_PromptsThatFillAStep_WaitAsPollaczekAndKhinchinSay(double busy)
    {
        double service = Clusters.Opt13B.PrefillMs(StepWork.Prompt(2048));
        SimulationResult result = Simulation.Run(
            Clusters.Apart(1, 1),
            (Clusters.Load(busy / service * 1000, 20_000) with { Prompt = new Lengths.Fixed(2048), Output = new Lengths.Fixed(1) }).Arrivals());
        double wait = result.Results.Average(r => r.TtftMs) - service;
        double expected = service * busy / (2 * (1 - busy));
        Assert.InRange(wait, expected * 0.9, expected * 1.1);
    }

    [Fact]
    public void Run_WorkersDie_RequestsGoOnElsewhere()
    {
        SimulationResult result = Simulation.Run(
            Clusters.Apart(3, 3, Clusters.Opt13B with { StartSeconds = 5 }) with { Faults = new FaultOptions { DeathsPerHour = 120 } },
            Clusters.Load(8, 2000).Arrivals());
        Assert.True(result.Deaths > 3);
        Assert.True(result.Recomputes > 0);
        Assert.Equal(2000, result.Completed);
    }

    [Fact]
    public void Run_SharedPrefixes_AreNotComputedTwice()
    {
        Arrival[] turns = [.. Enumerable.Range(0, 40).Select(i =>
            new Arrival(TimeSpan.FromSeconds(i * 20), 2048, 10, [1, 2, 3, 1000 + i]))];
        SimulationResult result = Simulation.Run(Clusters.Apart(1, 1) with { BlockTokens = 512 }, turns);
        Assert.Equal(0.75 * 39 / 40, result.CachedShare, 0.001);
    }

    [Fact]
    public void Run_NotSimulable_SaysWhy()
    {
        Assert.Throws<ArgumentException>(() => Simulation.Run(Clusters.Apart(1, 1) with { Prefill = [] }, []));
        Assert.NotNull((Clusters.Together(ServingShape.Plain, 1) with { Planner = Planner }).Fault());
        Assert.Null(Clusters.Apart(1, 1).Fault());
    }
}
