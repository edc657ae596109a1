using Baton.Core.Costs;
using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Core.Scheduling;

namespace Baton.Engine.Simulated.Tests;

public sealed class SimulatedModelRunnerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void StepTime_PrefillAndDecode_AddedAndDividedBySpeed()
    {
        var fast = new SimulationOptions { Profile = PublishedProfiles.Mocker, Speed = 100 };
        using var rig = new Rig(64, simulation: fast);
        rig.Scheduler.Start(Rig.Request("a", Rig.Prompt(127, 1), 10));
        AssertMs(fast.Profile.PrefillMs(StepWork.Prompt(127)));
        rig.Step();
        rig.Scheduler.Start(Rig.Request("b", Rig.Prompt(128, 2), 10));
        AssertMs(fast.Profile.PrefillMs(StepWork.Prompt(128)) + fast.Profile.DecodeMs(StepWork.Decode(1, 128), 256 / 1024.0));
        rig.Step();
        AssertMs(fast.Profile.DecodeMs(StepWork.Decode(2, 258), 258 / 1024.0));

        void AssertMs(double unhurried) =>
            Assert.Equal(unhurried / 100, rig.Runner.StepTime(rig.Scheduler.Plan()).TotalMilliseconds, 0.001);
    }

    [Fact]
    public void Run_ManySeeds_TokensInRangeAndNoEnd()
    {
        using var rig = new Rig(
            64, simulation: new SimulationOptions { Profile = PublishedProfiles.Instant, FirstToken = 990 });
        SequenceRequest request = Rig.Request("a", Rig.Prompt(10, 1), 200);
        int[] tokens = rig.Alone(request with { Stop = request.Stop with { EndTokens = [995], StopTokens = [996] } });
        Assert.Equal(200, tokens.Length);
        Assert.All(tokens, t => Assert.InRange(t, 990, 999));
        Assert.DoesNotContain(995, tokens);
        Assert.DoesNotContain(996, tokens);
        Assert.Equal(8, tokens.Distinct().Count());
    }

    [Fact]
    public void Run_Seeds_MatterOnlyWithChance()
    {
        int[] prompt = Rig.Prompt(40, 1);
        Assert.NotEqual(Tokens(1, temperature: 1), Tokens(2, temperature: 1));
        Assert.Equal(Tokens(1, temperature: 0), Tokens(2, temperature: 0));

        int[] Tokens(ulong seed, float temperature)
        {
            using var rig = new Rig(16);
            SequenceRequest request = Rig.Request("a", prompt, 10);
            return rig.Alone(request with { Sampling = new SamplingOptions { Seed = seed, Temperature = temperature } });
        }
    }

    [Fact]
    public void Run_MeanLength_EndsWithTheEndTokenAboutThere()
    {
        using var rig = new Rig(
            64, simulation: new SimulationOptions { Profile = PublishedProfiles.Instant, MeanOutputTokens = 20 });
        int total = 0;
        for (int i = 0; i < 300; i++)
        {
            SequenceRequest request = Rig.Request($"r{i}", Rig.Prompt(5, 1), 900, (ulong)i);
            int[] tokens = rig.Alone(request with { Stop = request.Stop with { EndTokens = [3] } });
            Assert.Equal(tokens.Length - 1, Array.IndexOf(tokens, 3));
            total += tokens.Length;
        }

        Assert.InRange(total / 300.0, 17, 23.5);
    }

    [Fact]
    public void Run_Logprobs_AsManyAsAsked()
    {
        using var rig = new Rig(16);
        SequenceRequest request = Rig.Request("a", Rig.Prompt(5, 1), 1);
        rig.Scheduler.Start(request with { Sampling = new SamplingOptions { TopLogprobs = 3 } });
        SampledToken sampled = rig.Step().Tokens[0].Sampled;
        Assert.Equal(3, sampled.Top!.Select(t => t.Token).Distinct().Count());
        Assert.Equal(sampled.Token, sampled.Top![0].Token);
        Assert.Equal(sampled.Logprob, sampled.Top![0].Logprob);
    }

    [Fact]
    public async Task EngineLoop_DisposedDuringALongStep_DoesNotWaitForIt()
    {
        KvLayout layout = SimulatedModelRunner.LayoutOf(64);
        using NativeKvMemory memory = NativeKvMemory.For(layout, 64);
        var slow = new WorkerProfile { Name = "slow", PrefillConstant = 3_600_000 };
        var runner = new SimulatedModelRunner(
            Rig.Model, layout, memory, new SimulationOptions { Profile = slow }, TimeProvider.System);
        var engine = new EngineLoop(
            runner, 64, new SchedulerOptions(), new EngineLoopOptions(), TimeProvider.System);
        await engine.SubmitAsync(new EngineCommand.Start(Rig.Request("a", Rig.Prompt(5, 1), 2)), Token);
        await engine.DisposeAsync();
        Assert.True(engine.Completion.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task EngineLoop_TakesTheTimeOfItsProfile()
    {
        KvLayout layout = SimulatedModelRunner.LayoutOf(64);
        using NativeKvMemory memory = NativeKvMemory.For(layout, 64);
        var profile = new WorkerProfile { Name = "p", DecodeConstant = 4 };
        var runner = new SimulatedModelRunner(
            Rig.Model, layout, memory, new SimulationOptions { Profile = profile }, TimeProvider.System);
        await using var engine = new EngineLoop(
            runner, 64, new SchedulerOptions(), new EngineLoopOptions(), TimeProvider.System);
        long start = TimeProvider.System.GetTimestamp();
        await engine.SubmitAsync(new EngineCommand.Start(Rig.Request("a", Rig.Prompt(5, 1), 26)), Token);
        int tokens = 0;
        while (tokens < 26)
            tokens += (await engine.Reports.ReadAsync(Token)).Tokens.Count;

        // 25 decode steps of 4 ms; a wait never ends early by more than the clock's credit.
        Assert.True(TimeProvider.System.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(94));
    }

    [Fact]
    public void Layout_NotAMultipleOfEight_Throws()
    {
        using var memory = new NativeKvMemory(4096);
        Assert.Throws<ArgumentException>(() => new SimulatedModelRunner(
            Rig.Model, SimulatedModelRunner.LayoutOf(12), memory, new SimulationOptions(), TimeProvider.System));
    }
}
