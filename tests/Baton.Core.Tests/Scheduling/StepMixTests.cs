using Baton.Core.Sampling;
using Baton.Core.Scheduling;

namespace Baton.Core.Tests.Scheduling;

public sealed class StepMixTests
{
    private static readonly SampledToken[] Sampled = [.. Enumerable.Repeat(new SampledToken(7, float.NaN, null), 64)];

    [Fact]
    public void Plan_PromptsFirst_NeverMixesAndPromptsGoAhead()
    {
        Scheduler scheduler = Make(StepMix.PromptsFirst);
        scheduler.Start(Requests.Of("a", prompt: 20));
        Assert.Equal(["a"], Step(scheduler));
        Assert.Equal(["a"], Step(scheduler));
        scheduler.Start(Requests.Of("b", prompt: 50, firstToken: 100));
        scheduler.Start(Requests.Of("c", prompt: 10, firstToken: 200));
        Assert.Equal(["b"], Step(scheduler));
        Assert.Equal(["b", "c"], Step(scheduler));
        Assert.Equal(["a", "b", "c"], Step(scheduler));
    }

    [Fact]
    public void Plan_Chunked_FillsADecodesStepWithPrompts()
    {
        Scheduler scheduler = Make(StepMix.Chunked);
        scheduler.Start(Requests.Of("a", prompt: 20));
        Step(scheduler);
        scheduler.Start(Requests.Of("b", prompt: 50, firstToken: 100));
        Assert.Equal(["a", "b"], Step(scheduler));
    }

    [Fact]
    public void Plan_PromptsFirstAndNoRoom_DecodesUntilThereIs()
    {
        Scheduler scheduler = Make(StepMix.PromptsFirst, blocks: 4);
        scheduler.Start(Requests.Of("a", prompt: 40, maxTokens: 3));
        Step(scheduler);
        Step(scheduler);
        scheduler.Start(Requests.Of("b", prompt: 40, firstToken: 100));
        Assert.Equal(["a"], Step(scheduler));
        Assert.Equal(["a"], Step(scheduler));
        Assert.Equal(["b"], Step(scheduler));
    }

    private static Scheduler Make(StepMix mix, int blocks = 32) => new(
        new SchedulerOptions { StepTokenBudget = 32, MaxSequences = 4, Mix = mix, DecodeReserveBlocks = 0 },
        SchedulerWorld.Layout,
        blocks,
        default);

    private static string[] Step(Scheduler scheduler)
    {
        BatchPlan plan = scheduler.Plan();
        string[] who = [.. plan.Entries.Select(e => e.Sequence.Key.RequestId)];
        scheduler.Commit(Sampled.AsSpan(0, who.Length));
        return who;
    }
}
