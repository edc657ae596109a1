using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Core.Scheduling;

namespace Baton.Core.Tests.Scheduling;

public sealed class SchedulerTests
{
    private static readonly KvLayout Layout = SchedulerWorld.Layout;
    private static readonly SampledToken[] Sampled = [.. Enumerable.Repeat(new SampledToken(7, float.NaN, null), 64)];

    [Fact]
    public void Start_SameKeyTwice_Fails()
    {
        Scheduler scheduler = Make(8);
        Assert.Null(scheduler.Start(Requests.Of("a")));
        Assert.NotNull(scheduler.Start(Requests.Of("a")));
        Assert.NotNull(scheduler.Reserve(Requests.Of("a", work: SequenceWork.Import)).Refusal);
        Assert.Single(scheduler.Sequences);
    }

    [Fact]
    public void Start_LargerThanThePool_Fails()
    {
        Scheduler scheduler = Make(2);
        Assert.NotNull(scheduler.Start(Requests.Of("a", prompt: 33)));
        Assert.Null(scheduler.Start(Requests.Of("b", prompt: 32)));
    }

    [Fact]
    public void Start_NothingToDo_Fails()
    {
        Scheduler scheduler = Make(2);
        Assert.NotNull(scheduler.Start(Requests.Of("a", prompt: 0)));
        Assert.NotNull(scheduler.Start(Requests.Of("b", maxTokens: 0)));
        Assert.NotNull(scheduler.Start(Requests.Of("c", work: SequenceWork.Import)));
        Assert.NotNull(scheduler.Reserve(Requests.Of("d")).Refusal);
    }

    [Fact]
    public void Start_TokenOutsideTheVocabulary_Fails()
    {
        Scheduler scheduler = Make(8, new SchedulerOptions { VocabularySize = 100 });
        Assert.Null(scheduler.Start(Requests.Of("a", prompt: 10, firstToken: 90)));
        Assert.NotNull(scheduler.Start(Requests.Of("b", prompt: 10, firstToken: 91)));
        Assert.NotNull(scheduler.Start(Requests.Of("c", prompt: 10, firstToken: -1)));
        Assert.NotNull(scheduler.Reserve(Requests.Of("d", prompt: 10, firstToken: 91, work: SequenceWork.Import)).Refusal);
    }

    [Fact]
    public void Plan_SamePromptAtOnce_ReadOnceAndShared()
    {
        Scheduler scheduler = Make(32);
        foreach (string key in new[] { "a", "b", "c" })
            scheduler.Start(Requests.Of(key, prompt: 100));
        Assert.Equal(["a"], Plan(scheduler));
        Step(scheduler);
        BatchPlan plan = scheduler.Plan();
        Assert.Equal(["a", "b", "c"], plan.Entries.Select(e => e.Sequence.Key.RequestId));
        Assert.Equal([1, 4, 4], plan.Entries.Select(e => e.Count));
        Assert.Equal([0, 96, 96], scheduler.Commit(Sampled).Tokens.Select(t => t.Cached));

        // Six full blocks that all hold, and each its own for what follows.
        Assert.Equal(6 + 3, scheduler.Load().BlocksUsed);
    }

    [Fact]
    public void Plan_BehindOneThatWaitsForAPrefix_OthersAreAdmitted()
    {
        Scheduler scheduler = Make(64, new SchedulerOptions { StepTokenBudget = 64, MaxSequences = 8 });
        scheduler.Start(Requests.Of("a", prompt: 40));
        scheduler.Start(Requests.Of("b", prompt: 40));
        scheduler.Start(Requests.Of("c", prompt: 10, firstToken: 500));
        Assert.Equal(["a", "c"], Plan(scheduler));
    }

    [Fact]
    public void Release_OfOneThatOthersWaitFor_TheNextReadsItself()
    {
        Scheduler scheduler = Make(64, new SchedulerOptions { StepTokenBudget = 32, MaxSequences = 8 });
        scheduler.Start(Requests.Of("a", prompt: 100));
        scheduler.Start(Requests.Of("b", prompt: 100));
        Step(scheduler);
        scheduler.Release(Requests.Of("a").Key);
        Assert.Equal(["b"], Plan(scheduler));
        Assert.Equal(32, Assert.Single(scheduler.Plan().Entries).FirstPosition);
    }

    [Fact]
    public void Commit_PoolFullOfOneSequence_EndsByLength()
    {
        Scheduler scheduler = Make(2);
        scheduler.Start(Requests.Of("a", prompt: 30));
        FinishReason? finish = null;
        int steps = 0;
        for (; finish is null && steps < 10; steps++)
            finish = Step(scheduler).Tokens[0].Finish;
        Assert.Equal(FinishReason.Length, finish);
        Assert.Equal(3, steps);
    }

    [Fact]
    public void Plan_LongPromptAndDecode_DecodeFirstThenAChunkOfTheRest()
    {
        Scheduler scheduler = Make(32, new SchedulerOptions { StepTokenBudget = 32, MaxSequences = 4 });
        scheduler.Start(Requests.Of("long", prompt: 100));
        Step(scheduler);
        SequenceRequest import = Requests.Of("import", firstToken: 200, work: SequenceWork.Import);
        Assert.NotNull(scheduler.Reserve(import).Blocks);
        scheduler.Activate(import.Key, Sampled[0]);
        Assert.Equal(["import", "long"], Plan(scheduler));
        Assert.Equal([1, 31], scheduler.Plan().Entries.Select(e => e.Count));
    }

    [Fact]
    public void Plan_BudgetLeft_AdmitsTheNextInOrder()
    {
        Scheduler scheduler = Make(32, new SchedulerOptions { StepTokenBudget = 32, MaxSequences = 2 });
        scheduler.Start(Requests.Of("a", prompt: 10));
        scheduler.Start(Requests.Of("b", prompt: 100, firstToken: 200));
        scheduler.Start(Requests.Of("c", prompt: 1, firstToken: 400));
        BatchPlan plan = scheduler.Plan();
        Assert.Equal(["a", "b"], plan.Entries.Select(e => e.Sequence.Key.RequestId));
        Assert.Equal([10, 22], plan.Entries.Select(e => e.Count));
    }

    [Fact]
    public void Plan_OutOfBlocks_PreemptsTheLatestToTheQueueHeadAndAdmitsNone()
    {
        Scheduler scheduler = Make(2, new SchedulerOptions { DecodeReserveBlocks = 0 });
        scheduler.Start(Requests.Of("a", prompt: 15));
        scheduler.Start(Requests.Of("b", prompt: 14, firstToken: 50));
        scheduler.Start(Requests.Of("c", prompt: 1, firstToken: 90));
        Step(scheduler);
        Step(scheduler);
        BatchPlan plan = scheduler.Plan();
        Assert.Equal("b", Assert.Single(plan.Preempted).Key.RequestId);
        Assert.Equal("a", Assert.Single(plan.Entries).Sequence.Key.RequestId);
        Assert.Equal(1, scheduler.Load().Preemptions);

        scheduler.Release(new SequenceKey("a", 0, 0));
        Assert.Equal(["b", "c"], Plan(scheduler).Take(2));
    }

    [Fact]
    public void Commit_Prefill_ProducesCachedBlocksFirstThenTheTailAndParks()
    {
        Scheduler scheduler = Make(16, new SchedulerOptions { StepTokenBudget = 20, MaxSequences = 4 });
        scheduler.Start(Requests.Of("warm", prompt: 33, maxTokens: 1));
        Step(scheduler);
        Step(scheduler);
        scheduler.Start(Requests.Of("p", prompt: 70, work: SequenceWork.Prefill));

        KvProduced first = Assert.Single(Step(scheduler).Kv);
        Assert.Equal((0, 3, false), (first.FirstBlock, first.Blocks.Length, first.Last));
        StepReport report = Step(scheduler);
        KvProduced last = Assert.Single(report.Kv);
        Assert.Equal((3, 2, true), (last.FirstBlock, last.Blocks.Length, last.Last));
        Assert.Equal(7, last.First.Token);
        Assert.Equal(0, Assert.Single(report.Tokens).Index);
        Assert.Equal((1, 5), (scheduler.Load().Parked, scheduler.Load().BlocksUsed));
        Assert.Empty(scheduler.Plan().Entries);

        scheduler.Release(last.Key);
        scheduler.Release(last.Key);
        Assert.Equal(0, scheduler.Load().BlocksUsed);
    }

    [Fact]
    public void CommitLayers_HeavyKv_ProducesGroupsThenTheRestWithTheStep()
    {
        // A block is 4 MiB, a layer of it half one.
        var scheduler = new Scheduler(
            new SchedulerOptions { StepTokenBudget = 40, MaxSequences = 4 }, new KvLayout(16, 256 << 10, "heavy", 8), 16, default);
        scheduler.Start(Requests.Of("p", prompt: 60, work: SequenceWork.Prefill));
        scheduler.Start(Requests.Of("whole", prompt: 16, firstToken: 100));

        // Two blocks come of the first chunk: two layers are 2 MiB.
        Assert.Equal(["p"], Plan(scheduler));
        Assert.Equal(
            [(0, 2), (2, 2), (4, 2)],
            Enumerable.Range(1, 8).SelectMany(scheduler.CommitLayers).Select(kv => (kv.Layers.First, kv.Layers.Count)));
        KvProduced rest = Assert.Single(scheduler.Commit(Sampled.AsSpan(0, 1)).Kv);
        Assert.Equal((0, 2, new LayerRange(6, 2), false), (rest.FirstBlock, rest.Blocks.Length, rest.Layers, rest.Last));

        // And two of the last one, the end of the prompt in a block of its own; the other sequence hands nothing over.
        Assert.Equal(["p", "whole"], Plan(scheduler));
        KvProduced early = Assert.Single(scheduler.CommitLayers(7));
        Assert.Equal((2, 2, new LayerRange(0, 7), false), (early.FirstBlock, early.Blocks.Length, early.Layers, early.Last));
        KvProduced last = Assert.Single(scheduler.Commit(Sampled.AsSpan(0, 2)).Kv);
        Assert.Equal((2, new LayerRange(7, 1), true), (last.FirstBlock, last.Layers, last.Last));
        Assert.Equal(early.Blocks, last.Blocks);
    }

    [Fact]
    public void CommitLayers_LongCachedPrefix_SizesGroupsByWhatIsNew()
    {
        var scheduler = new Scheduler(new SchedulerOptions(), new KvLayout(16, 256 << 10, "heavy", 8), 32, default);
        SequenceRequest first = Requests.Of("first", prompt: 128, work: SequenceWork.Prefill);
        scheduler.Start(first);
        Step(scheduler);
        scheduler.Release(first.Key);
        scheduler.Start(Requests.Of("again", prompt: 140, work: SequenceWork.Prefill));
        Assert.Equal(12, Assert.Single(scheduler.Plan().Entries).Count);

        // One block of nine is new: four layers of it are 2 MiB, one layer of all would be more.
        Assert.Equal(
            [(0, 9, 0, 4)],
            Enumerable.Range(1, 8).SelectMany(scheduler.CommitLayers)
                .Select(kv => (kv.FirstBlock, kv.Blocks.Length, kv.Layers.First, kv.Layers.Count)));
    }

    [Fact]
    public void CommitLayers_OneTokenIsAskedFor_NothingIsHandedOver()
    {
        var scheduler = new Scheduler(new SchedulerOptions(), new KvLayout(16, 256 << 10, "heavy", 8), 16, default);
        scheduler.Start(Requests.Of("p", prompt: 60, maxTokens: 1, work: SequenceWork.Prefill));
        scheduler.Plan();

        Assert.Empty(Enumerable.Range(1, 8).SelectMany(scheduler.CommitLayers));
        Assert.NotNull(Assert.Single(scheduler.Commit(Sampled.AsSpan(0, 1)).Kv).Finish);
        Assert.Empty(scheduler.Sequences);
    }

    [Fact]
    public void Commit_EndsAfterLayersWereAnnounced_HoldsItsBlocksUntilItIsReleased()
    {
        var scheduler = new Scheduler(new SchedulerOptions(), new KvLayout(16, 256 << 10, "heavy", 8), 16, default);
        SequenceRequest request = Requests.Of("p", prompt: 60, work: SequenceWork.Prefill);
        scheduler.Start(request with { Stop = request.Stop with { EndTokens = [Sampled[0].Token] } });
        scheduler.Plan();
        Assert.NotEmpty(scheduler.CommitLayers(7));

        KvProduced last = Assert.Single(scheduler.Commit(Sampled.AsSpan(0, 1)).Kv);
        Assert.Equal((0, FinishReason.Stop), (last.Blocks.Length, last.Finish));
        Assert.Equal((1, 4), (scheduler.Load().Parked, scheduler.Load().BlocksUsed));
        scheduler.Release(request.Key);
        Assert.Equal(0, scheduler.Load().BlocksUsed);
    }

    [Theory]
    [InlineData(4608, 6, 512)]
    [InlineData(64 << 10, 64, 32)]
    [InlineData(128 << 10, 1, 512)]
    public void CommitLayers_SmallKv_WaitsForTheStep(int bytesPerToken, int layers, int prompt)
    {
        var scheduler = new Scheduler(
            new SchedulerOptions(), new KvLayout(16, bytesPerToken, "small", layers), 64, default);
        scheduler.Start(Requests.Of("p", prompt, work: SequenceWork.Prefill));
        scheduler.Plan();

        Assert.Empty(Enumerable.Range(1, layers).SelectMany(scheduler.CommitLayers));
        Assert.True(Assert.Single(scheduler.Commit(Sampled.AsSpan(0, 1)).Kv).Last);
    }

    [Fact]
    public void Freeze_Decoding_IsHandedOverUnderAnotherKey()
    {
        Scheduler scheduler = Make(8);
        SequenceRequest request = Requests.Of("s", prompt: 20);
        scheduler.Start(request);
        Step(scheduler);
        Step(scheduler);

        Assert.Equal(2, scheduler.Freeze(request.Key));
        Assert.Null(scheduler.Freeze(request.Key));
        Assert.Empty(scheduler.Plan().Entries);

        SequenceKey under = request.Key with { Epoch = 7 };
        KvProduced kv = scheduler.HandOver(request.Key, under)!;
        // 22 tokens, of which the latest has no KV: two blocks of 16.
        Assert.Equal((under, 0, 2, true, 7), (kv.Key, kv.FirstBlock, kv.Blocks.Length, kv.Last, kv.First.Token));
        Assert.Null(scheduler.HandOver(request.Key, under));

        scheduler.Release(request.Key);
        Assert.NotEqual(0, scheduler.Load().BlocksUsed);
        scheduler.Release(under);
        Assert.Equal((0, 0), (scheduler.Load().BlocksUsed, scheduler.Load().Parked));
    }

    [Fact]
    public void Copy_Decoding_HoldsItsFullBlocksWhileItGoesOn()
    {
        Scheduler scheduler = Make(8);
        SequenceRequest request = Requests.Of("s", prompt: 40, maxTokens: 4);
        SequenceKey under = request.Key with { Epoch = -1 };
        scheduler.Start(request);
        Assert.Null(scheduler.Copy(request.Key, under, 16));
        Step(scheduler);
        Assert.Null(scheduler.Copy(request.Key, under, 24));
        Assert.Null(scheduler.Copy(request.Key, under, 48));

        KvProduced kv = scheduler.Copy(request.Key, under, 32)!;
        Assert.Equal((under, 0, 2, true, 32), (kv.Key, kv.FirstBlock, kv.Blocks.Length, kv.Last, kv.First.Token));
        Assert.Null(scheduler.Copy(request.Key, under, 32));
        Assert.Equal((3, 1, 1), (scheduler.Load().BlocksUsed, scheduler.Load().Running, scheduler.Load().Parked));

        for (int i = 0; i < 3; i++)
            Step(scheduler);
        Assert.Equal((2, 0), (scheduler.Load().BlocksUsed, scheduler.Load().Running));
        scheduler.Release(under);
        Assert.Equal((0, 0), (scheduler.Load().BlocksUsed, scheduler.Load().Parked));
    }

    [Fact]
    public void Activate_EndsWithItsFirstToken_LeavesItsPrefix()
    {
        Scheduler scheduler = Make(8);
        SequenceRequest copy = Requests.Of("c", prompt: 32, maxTokens: 1, work: SequenceWork.Import);
        Assert.Equal(0, scheduler.Reserve(copy).CachedTokens);
        scheduler.Activate(copy.Key, new SampledToken(32, 0, null));
        Assert.Empty(scheduler.Sequences);

        Assert.Equal(32, scheduler.Reserve(Requests.Of("m", prompt: 50, work: SequenceWork.Import)).CachedTokens);
    }

    [Fact]
    public void Freeze_NotDecoding_IsLeftAlone()
    {
        Scheduler scheduler = Make(16, new SchedulerOptions { StepTokenBudget = 16, MaxSequences = 4 });
        SequenceRequest prompt = Requests.Of("prompt", prompt: 40);
        SequenceRequest prefill = Requests.Of("prefill", prompt: 16, work: SequenceWork.Prefill, firstToken: 100);
        scheduler.Start(prompt);
        Assert.Null(scheduler.Freeze(prompt.Key));
        Step(scheduler);
        Assert.Null(scheduler.Freeze(prompt.Key));
        scheduler.Start(prefill);
        for (int i = 0; i < 6; i++)
            Step(scheduler);
        Assert.Equal(1, scheduler.Load().Parked);
        Assert.Null(scheduler.Freeze(prefill.Key));
        Assert.Null(scheduler.HandOver(prefill.Key, prefill.Key with { Epoch = 2 }));
        Assert.Null(scheduler.HandOver(prompt.Key, prompt.Key with { Epoch = 2 }));
    }

    [Fact]
    public void Commit_PrefillEndsWithItsFirstToken_FreedNotParked()
    {
        Scheduler scheduler = Make(8);
        scheduler.Start(Requests.Of("p", maxTokens: 1, work: SequenceWork.Prefill));
        KvProduced last = Assert.Single(Step(scheduler).Kv);
        Assert.True(last.Last);
        Assert.Equal(FinishReason.Length, last.Finish);
        Assert.Empty(last.Blocks);
        Assert.Empty(scheduler.Sequences);
    }

    [Fact]
    public void Reserve_WhileTheQueueHeadNeedsTheRoom_Refused()
    {
        Scheduler scheduler = Make(4);
        scheduler.Start(Requests.Of("head", prompt: 50));
        Assert.Same(Reservation.NoRoom, scheduler.Reserve(Requests.Of("i", work: SequenceWork.Import)));
        Assert.Single(scheduler.Sequences);
    }

    [Fact]
    public void Reserve_PrefixHere_GivesItAndLeavesTheRest()
    {
        Scheduler scheduler = Make(8);
        scheduler.Start(Requests.Of("warm", prompt: 40, maxTokens: 1));
        Step(scheduler);
        Reservation reservation = scheduler.Reserve(Requests.Of("i", prompt: 50, work: SequenceWork.Import));
        Assert.Equal(32, reservation.CachedTokens);
        Assert.Equal(4, reservation.Blocks!.Length);
        Assert.Empty(scheduler.Plan().Entries);
        scheduler.Activate(new SequenceKey("i", 0, 0), Sampled[0]);
        Assert.Equal(50, Assert.Single(scheduler.Plan().Entries).FirstPosition);
    }

    [Fact]
    public void ActivateAndRelease_Unknown_Ignored()
    {
        Scheduler scheduler = Make(4);
        scheduler.Activate(new SequenceKey("x", 0, 0), default);
        scheduler.Release(new SequenceKey("x", 0, 0));
        Assert.Null(scheduler.Start(Requests.Of("a")));
        scheduler.Activate(new SequenceKey("a", 0, 0), default);
        Assert.Equal(SequenceState.Waiting, Assert.Single(scheduler.Sequences).State);
    }

    [Theory]
    [InlineData(5, 0, false, FinishReason.Stop)]
    [InlineData(5, 0, true, null)]
    [InlineData(5, 2, false, null)]
    [InlineData(6, 0, true, FinishReason.Stop)]
    [InlineData(8, 0, false, null)]
    public void StopCheck_FirstToken_AsTheRulesSay(int token, int minTokens, bool ignoreEnd, FinishReason? expected)
    {
        var stop = new StopRules
        {
            MaxTokens = 3,
            MinTokens = minTokens,
            IgnoreEnd = ignoreEnd,
            EndTokens = [5],
            StopTokens = [6],
        };
        var sequence = new Sequence(Requests.Of("a") with { Stop = stop });
        sequence.Append(token);
        Assert.Equal(expected, StopCheck.Decide(sequence, maxContext: 100));
        Assert.Equal(expected ?? FinishReason.Length, StopCheck.Decide(sequence, maxContext: 21));
    }

    [Fact]
    public void Validate_BudgetBelowTheBatch_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Make(4, new SchedulerOptions { StepTokenBudget = 8, MaxSequences = 9 }));

    private static Scheduler Make(int blocks, SchedulerOptions? options = null) =>
        new(options ?? new SchedulerOptions(), Layout, blocks, default);

    private static string[] Plan(Scheduler scheduler) =>
        [.. scheduler.Plan().Entries.Select(e => e.Sequence.Key.RequestId)];

    private static StepReport Step(Scheduler scheduler) =>
        scheduler.Commit(Sampled.AsSpan(0, scheduler.Plan().Entries.Count));
}
