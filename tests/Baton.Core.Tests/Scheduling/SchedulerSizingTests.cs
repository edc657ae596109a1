using Baton.Core.Costs;
using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Core.Scheduling;

namespace Baton.Core.Tests.Scheduling;

public sealed class SchedulerSizingTests
{
    // Saturated at 95 tokens of 200; a token takes 10 ms and 2 for each sequence; beside two sequences 56 of a prompt take 60.
    private static readonly WorkerProfile Profile = new()
    {
        Name = "x",
        PrefillConstant = 10,
        PrefillLinear = 0.9,
        DecodeConstant = 10,
        DecodePerSequence = 2,
    };

    private static readonly SampledToken[] Sampled = [.. Enumerable.Repeat(new SampledToken(7, float.NaN, null), 64)];

    [Fact]
    public void Plan_PromptsThatWait_PackedUpToSaturation()
    {
        Scheduler scheduler = Make(new SchedulerOptions { StepTokenBudget = 200, MaxSequences = 8 }, out StepSizing sizing);
        Assert.InRange(sizing.PackTokens, 80, 150);
        int half = (sizing.PackTokens / 2) + 4;
        foreach (string id in new[] { "a", "b", "c" })
            scheduler.Start(Requests.Of(id, prompt: half, firstToken: 100 * id[0]));
        Assert.Equal([("a", half), ("b", sizing.PackTokens - half)], Step(scheduler));
        Assert.Equal([("a", 1), ("b", 8), ("c", half)], [.. Step(scheduler).Select(e => e.Id == "b" ? (e.Id, 8) : e)]);
    }

    [Fact]
    public void Plan_APromptLongerThanThat_Alone()
    {
        Scheduler scheduler = Make(new SchedulerOptions { StepTokenBudget = 200, MaxSequences = 8 }, out _);
        scheduler.Start(Requests.Of("a", prompt: 180));
        scheduler.Start(Requests.Of("b", prompt: 10, firstToken: 1000));
        Assert.Equal([("a", 180)], Step(scheduler));
        Assert.Equal([("a", 1), ("b", 10)], Step(scheduler));
    }

    [Fact]
    public void Plan_MoreWaitsThanAStepHolds_FullStep()
    {
        Scheduler scheduler = Make(new SchedulerOptions { StepTokenBudget = 200, MaxSequences = 8 }, out _);
        for (int i = 0; i < 3; i++)
            scheduler.Start(Requests.Of($"{i}", prompt: 90, firstToken: 1000 * i));
        Assert.Equal([("0", 90), ("1", 90), ("2", 20)], Step(scheduler));
    }

    [Fact]
    public void Plan_LongestStep_PromptsTakeWhatDecodesLeave()
    {
        var options = new SchedulerOptions { StepTokenBudget = 200, MaxSequences = 8, LongestStep = TimeSpan.FromMilliseconds(42) };
        Scheduler scheduler = Make(options, out _);
        scheduler.Start(Requests.Of("a", prompt: 100));
        Assert.Equal([("a", 100)], Step(scheduler));
        scheduler.Start(Requests.Of("b", prompt: 50, firstToken: 1000));
        Assert.Equal([("a", 1), ("b", 22)], Step(scheduler));
        Assert.Equal([("a", 1), ("b", 22)], Step(scheduler));
        Assert.Equal([("a", 1), ("b", 6)], Step(scheduler));
    }

    [Theory]
    [InlineData(null, 8)]
    [InlineData(16, 3)]
    [InlineData(12, 1)]
    [InlineData(11, 8)]
    public void Reserve_TokenTarget_AsManyAsKeepToIt(int? targetMs, int places)
    {
        var options = new SchedulerOptions
        {
            StepTokenBudget = 200,
            MaxSequences = 8,
            TokenTarget = targetMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null,
        };
        Scheduler scheduler = Make(options, out _);
        for (int i = 0; i < places; i++)
            Assert.NotNull(scheduler.Reserve(Import(i)).Blocks);
        Assert.Equal(Reservation.NoRoom, scheduler.Reserve(Import(places)));
        scheduler.Release(Import(0).Key);
        Assert.NotNull(scheduler.Reserve(Import(places)).Blocks);
    }

    [Fact]
    public void Plan_TokenTarget_PromptsOfOthersTakeNoPlace()
    {
        var options = new SchedulerOptions { StepTokenBudget = 200, MaxSequences = 8, TokenTarget = TimeSpan.FromMilliseconds(12) };
        Scheduler scheduler = Make(options, out _);
        for (int i = 0; i < 3; i++)
            scheduler.Start(Requests.Of($"p{i}", prompt: 20, firstToken: 1000 * i, work: SequenceWork.Prefill));
        scheduler.Start(Requests.Of("a", prompt: 20, maxTokens: 3, firstToken: 5000));
        scheduler.Start(Requests.Of("b", prompt: 20, maxTokens: 3, firstToken: 6000));
        Assert.Equal([("p0", 20), ("p1", 20), ("p2", 20), ("a", 20)], Step(scheduler));
        Assert.Equal([("a", 1)], Step(scheduler));
        Assert.Equal([("a", 1)], Step(scheduler));
        Assert.Equal([("b", 20)], Step(scheduler));
    }

    [Fact]
    public void Plan_BatchAboveTheTarget_GoesOn()
    {
        var options = new SchedulerOptions { StepTokenBudget = 200, MaxSequences = 8 };
        Scheduler scheduler = Make(options, out _);
        foreach (string id in new[] { "a", "b", "c" })
            scheduler.Start(Requests.Of(id, prompt: 20, firstToken: 100 * id[0]));
        Step(scheduler);
        scheduler.Sizing = new StepSizing(Profile, 16, 1024, options with { TokenTarget = TimeSpan.FromMilliseconds(12) });
        Assert.Equal([("a", 1), ("b", 1), ("c", 1)], Step(scheduler));
    }

    private static Scheduler Make(SchedulerOptions options, out StepSizing sizing)
    {
        sizing = new StepSizing(Profile, 16, 1024, options);
        return new Scheduler(options, SchedulerWorld.Layout, 64, default) { Sizing = sizing };
    }

    private static SequenceRequest Import(int id) =>
        Requests.Of($"{id}", prompt: 20, work: SequenceWork.Import, firstToken: 100 * id);

    private static (string Id, int Count)[] Step(Scheduler scheduler)
    {
        BatchPlan plan = scheduler.Plan();
        (string, int)[] entries = [.. plan.Entries.Select(e => (e.Sequence.Key.RequestId, e.Count))];
        scheduler.Commit(Sampled.AsSpan(0, entries.Length));
        return entries;
    }
}
