using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Core.Scheduling;

namespace Baton.Core.Tests.Scheduling;

/// <summary>A sequence for which nothing could be drawn ends, and it alone.</summary>
public sealed class UnusableLogitsTests
{
    private static readonly SampledToken Token = new(7, float.NaN, null);

    [Fact]
    public void Commit_NoneForOne_FailsItAloneAndItsMatesGoOn()
    {
        Scheduler scheduler = Make();
        foreach (string key in new[] { "a", "b", "c" })
            scheduler.Start(Requests.Of(key, prompt: 20, firstToken: key[0]));
        Step(scheduler);
        StepReport report = Step(scheduler, "b");

        SequenceFailure failure = Assert.Single(report.Failures);
        Assert.Equal(("b", "the model produced no usable logits"), (failure.Key.RequestId, failure.Reason));
        Assert.Equal(["a", "c"], report.Tokens.Select(t => t.Key.RequestId));
        Assert.Equal(["a", "c"], scheduler.Sequences.Select(s => s.Key.RequestId));
        Assert.Equal(["a", "c"], Step(scheduler).Tokens.Select(t => t.Key.RequestId));
        Assert.Equal(4, scheduler.Load().BlocksUsed);
    }

    [Fact]
    public void Commit_None_NothingOfItIsFoundAgain()
    {
        // Two blocks of the prompt are read, and registered, before the step that draws.
        Scheduler scheduler = Make(stepTokens: 32);
        scheduler.Start(Requests.Of("a", prompt: 60));
        Step(scheduler);
        Assert.Single(Step(scheduler, "a").Failures);

        EngineLoad load = scheduler.Load();
        Assert.Equal((0, 0), (load.BlocksUsed, load.BlocksCached));
        scheduler.Start(Requests.Of("again", prompt: 60));
        Assert.Equal(0, Assert.Single(scheduler.Plan().Entries).FirstPosition);
    }

    [Fact]
    public void Commit_NoneForOneOfTwoWithAPrefix_TheOtherKeepsItsBlocks()
    {
        Scheduler scheduler = Make();
        scheduler.Start(Requests.Of("a", prompt: 40));
        Step(scheduler);
        scheduler.Start(Requests.Of("b", prompt: 50));
        StepReport report = Step(scheduler, "b");
        Assert.Equal("a", Assert.Single(report.Tokens).Key.RequestId);
        Assert.Equal(3, scheduler.Load().BlocksUsed);

        for (int i = 0; i < 30; i++)
            Assert.Single(Step(scheduler).Tokens);
        scheduler.Release(new SequenceKey("a", 0, 0));
        Assert.Equal(0, scheduler.Load().BlocksUsed);
    }

    [Fact]
    public void Commit_NoneAtTheEndOfAPromptThatOthersRead_HoldsItsBlocksUntilItIsReleased()
    {
        Scheduler scheduler = Make();
        SequenceRequest request = Requests.Of("p", prompt: 60, work: SequenceWork.Prefill);
        scheduler.Start(request);
        scheduler.Plan();
        Assert.NotEmpty(scheduler.CommitLayers(7));
        StepReport report = scheduler.Commit([SampledToken.None]);
        Assert.Empty(report.Kv);
        Assert.Single(report.Failures);
        Assert.Equal((1, 4), (scheduler.Load().Parked, scheduler.Load().BlocksUsed));

        // Nobody waits for the prefix that it was to read.
        scheduler.Start(Requests.Of("again", prompt: 60));
        Assert.Equal(0, Assert.Single(scheduler.Plan().Entries).FirstPosition);
        scheduler.Release(request.Key);
        Assert.Equal((0, 4), (scheduler.Load().Parked, scheduler.Load().BlocksUsed));
    }

    [Fact]
    public void Commit_NoneForAnImport_ItsPrefixIsNotFoundAgain()
    {
        Scheduler scheduler = Make();
        SequenceRequest request = Requests.Of("i", prompt: 40, work: SequenceWork.Import);
        scheduler.Reserve(request);
        scheduler.Activate(request.Key, Token);
        Assert.Single(Step(scheduler, "i").Failures);
        Assert.Equal(0, scheduler.Reserve(request).CachedTokens);
    }

    private static Scheduler Make(int stepTokens = 512) => new(
        new SchedulerOptions { StepTokenBudget = stepTokens, MaxSequences = 8 },
        SchedulerWorld.Layout,
        32,
        default);

    private static StepReport Step(Scheduler scheduler, params string[] broken) => scheduler.Commit(
        [.. scheduler.Plan().Entries.Select(e => broken.Contains(e.Sequence.Key.RequestId) ? SampledToken.None : Token)]);
}
