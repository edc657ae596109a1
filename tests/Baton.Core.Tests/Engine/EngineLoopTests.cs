using System.Threading.Channels;
using Baton.Core.Costs;
using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Core.Scheduling;

namespace Baton.Core.Tests.Engine;

public sealed class EngineLoopTests
{
    private const int Blocks = 32;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_Whole_ReportsEachTokenThenEnds()
    {
        var runner = new FakeRunner();
        await using EngineLoop engine = Make(runner);
        await engine.SubmitAsync(new EngineCommand.Start(Requests.Of("a", maxTokens: 3)), Token);
        for (int i = 0; i < 3; i++)
        {
            TokenOutput output = Assert.Single((await engine.Reports.ReadAsync(Token)).Tokens);
            Assert.Equal(i, output.Index);
            Assert.Equal(7, output.Sampled.Token);
            Assert.Equal(i == 2 ? FinishReason.Length : null, output.Finish);
        }

        // The load is published before the report, so it is that of the report's step or later.
        Assert.Equal(0, engine.Load.BlocksUsed);
        Assert.Equal(3, engine.Load.Steps);
        Assert.Equal(3, engine.Load.TokensGenerated);
        Assert.Equal(runner.StartedOn, runner.RanOn);
        Assert.NotEqual(Environment.CurrentManagedThreadId, runner.RanOn);
    }

    [Fact]
    public async Task Start_Prefill_ReportsLayersBeforeTheStepEnds()
    {
        var runner = new FakeRunner(gated: true);
        await using EngineLoop engine = Make(runner);
        await engine.SubmitAsync(new EngineCommand.Start(Requests.Of("a", work: SequenceWork.Prefill)), Token);
        for (int layer = 0; layer < 3; layer++)
        {
            KvProduced early = Assert.Single((await engine.Reports.ReadAsync(Token)).Kv);
            Assert.Equal((new LayerRange(layer, 1), false), (early.Layers, early.Last));
        }

        runner.Admit();
        KvProduced last = Assert.Single((await engine.Reports.ReadAsync(Token)).Kv);
        Assert.Equal((new LayerRange(3, 1), true), (last.Layers, last.Last));
    }

    [Fact]
    public async Task Release_MidStep_FreesBlocksBeforeTheNextStep()
    {
        var runner = new FakeRunner(gated: true);
        await using EngineLoop engine = Make(runner);
        await engine.SubmitAsync(new EngineCommand.Start(Requests.Of("a")), Token);
        await engine.SubmitAsync(new EngineCommand.Start(Requests.Of("b", firstToken: 50)), Token);
        await runner.EnteredAsync();
        await engine.SubmitAsync(new EngineCommand.Release(new SequenceKey("a", 0, 0)), Token);
        runner.Admit();
        await engine.Reports.ReadAsync(Token);
        await runner.EnteredAsync();
        runner.Admit();
        StepReport second = await engine.Reports.ReadAsync(Token);

        Assert.Equal("b", Assert.Single(second.Tokens).Key.RequestId);
        Assert.Equal(2, engine.Load.BlocksUsed);
    }

    [Fact]
    public async Task Reserve_ThenActivate_Decodes()
    {
        await using EngineLoop engine = Make(new FakeRunner());
        SequenceRequest request = Requests.Of("a", maxTokens: 2, work: SequenceWork.Import);
        Reservation reservation = await ReserveAsync(engine, request);
        Assert.Equal(2, reservation.Blocks!.Length);
        Assert.Null(reservation.Refusal);
        await engine.SubmitAsync(new EngineCommand.Activate(request.Key, new SampledToken(9, 0, null)), Token);
        TokenOutput output = Assert.Single((await engine.Reports.ReadAsync(Token)).Tokens);
        Assert.Equal(1, output.Index);
        Assert.Equal(FinishReason.Length, output.Finish);
    }

    [Fact]
    public async Task Activate_WhatHasArrived_IsImportedBeforeTheFirstStep()
    {
        var runner = new FakeRunner();
        await using EngineLoop engine = Make(runner);
        SequenceRequest request = Requests.Of("a", maxTokens: 2, work: SequenceWork.Import);
        int[] blocks = (await ReserveAsync(engine, request)).Blocks!;
        await engine.SubmitAsync(new EngineCommand.Activate(request.Key, new SampledToken(9, 0, null)), Token);
        await engine.Reports.ReadAsync(Token);
        Assert.Equal([$"import {string.Join(',', blocks)}", "step"], runner.Log);
    }

    [Fact]
    public async Task Prefill_WhatIsProduced_IsExportedBeforeItIsSaid()
    {
        var runner = new FakeRunner();
        await using EngineLoop engine = Make(runner);
        await engine.SubmitAsync(new EngineCommand.Start(Requests.Of("a", work: SequenceWork.Prefill)), Token);
        for (bool last = false; !last;)
        {
            foreach (KvProduced kv in (await engine.Reports.ReadAsync(Token)).Kv)
            {
                Assert.Contains($"export {string.Join(',', kv.Blocks)} of {kv.Layers.First}+{kv.Layers.Count}", runner.Log);
                last = kv.Last;
            }
        }
    }

    [Fact]
    public async Task Reserve_AskerGaveUp_HoldsNothing()
    {
        await using EngineLoop engine = Make(new FakeRunner());
        var reply = new TaskCompletionSource<Reservation>();
        reply.SetCanceled(Token);
        SequenceRequest request = Requests.Of("a", work: SequenceWork.Import);
        await engine.SubmitAsync(new EngineCommand.Reserve(request, reply), Token);
        Assert.NotNull((await ReserveAsync(engine, request)).Blocks);
    }

    [Fact]
    public async Task Reports_NobodyReads_EngineStopsAndGoesOn()
    {
        var runner = new FakeRunner();
        await using EngineLoop engine = Make(runner, new EngineLoopOptions { ReportCapacity = 2 });
        await engine.SubmitAsync(new EngineCommand.Start(Requests.Of("a", maxTokens: 50)), Token);

        // Two reports fit, the third step's waits; no fourth step begins.
        for (int i = 0; i < 3; i++)
            await runner.EnteredAsync();
        Assert.True(await engine.Reports.WaitToReadAsync(Token));
        Assert.Equal(3, runner.Steps);

        int tokens = 0;
        while (tokens < 50)
            tokens += (await engine.Reports.ReadAsync(Token)).Tokens.Count;
        Assert.Equal(50, runner.Steps);
    }

    [Fact]
    public async Task Reserve_NoRoom_AnswersWhatIsBeingReadFirst()
    {
        await using EngineLoop engine = Make(new FakeRunner(), scheduling: new SchedulerOptions { MaxSequences = 1 });
        SequenceRequest holder = Requests.Of("a", work: SequenceWork.Import);
        await ReserveAsync(engine, holder);
        Task<Reservation> fresh = ReserveAsync(engine, Requests.Of("b", work: SequenceWork.Import));
        SequenceRequest begun = Requests.Of("c", work: SequenceWork.Import);
        begun = begun with { Tokens = [.. begun.Tokens, 7], Key = new SequenceKey("c", 0, 1) };
        Task<Reservation> resumed = ReserveAsync(engine, begun);

        await engine.SubmitAsync(new EngineCommand.Release(holder.Key), Token);
        Assert.NotNull((await resumed).Blocks);
        Assert.False(fresh.IsCompleted);
        await engine.SubmitAsync(new EngineCommand.Release(begun.Key), Token);
        Assert.NotNull((await fresh).Blocks);
    }

    [Fact]
    public async Task Reserve_BatchAtItsTarget_WaitsForAPlace()
    {
        var costs = new WorkerProfile { Name = "x", DecodeConstant = 10, DecodePerSequence = 2 };
        await using EngineLoop engine = Make(
            new FakeRunner(),
            new EngineLoopOptions { Profile = costs },
            new SchedulerOptions { TokenTarget = TimeSpan.FromMilliseconds(12) });
        await ReserveAsync(engine, Requests.Of("a", work: SequenceWork.Import));
        Task<Reservation> second = ReserveAsync(engine, Requests.Of("b", work: SequenceWork.Import, firstToken: 50));
        await engine.SubmitAsync(new EngineCommand.Start(Requests.Of("c", maxTokens: 1, firstToken: 70, work: SequenceWork.Prefill)), Token);
        while ((await engine.Reports.ReadAsync(Token)).Tokens.Count == 0)
        {
            // Prompts are read meanwhile.
        }

        Assert.False(second.IsCompleted);
        Assert.Equal(1, engine.Load.ReservationsWaiting);
        await engine.SubmitAsync(new EngineCommand.Release(new SequenceKey("a", 0, 0)), Token);
        Assert.NotNull((await second).Blocks);
    }

    [Fact]
    public async Task Run_Throws_FailsEverySequenceAndCompletion()
    {
        var runner = new FakeRunner(gated: true) { Failure = new InvalidOperationException("device lost") };
        await using EngineLoop engine = Make(runner);
        await engine.SubmitAsync(new EngineCommand.Start(Requests.Of("a")), Token);
        await runner.EnteredAsync();
        await engine.SubmitAsync(new EngineCommand.Start(Requests.Of("b")), Token);
        Task<Reservation> reservation = ReserveAsync(engine, Requests.Of("c", work: SequenceWork.Import));
        runner.Admit();

        List<SequenceFailure> failures = [];
        await foreach (StepReport report in engine.Reports.ReadAllAsync(Token))
            failures.AddRange(report.Failures);
        Assert.Equal(["a", "b"], failures.Select(f => f.Key.RequestId).Order());
        Assert.DoesNotContain(failures, f => f.Reason.Contains("device", StringComparison.Ordinal));
        Assert.NotNull((await reservation).Refusal);
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => engine.Completion);
        Assert.Same(runner.Failure, thrown);
        await Assert.ThrowsAsync<ChannelClosedException>(
            async () => await engine.SubmitAsync(new EngineCommand.Release(new SequenceKey("a", 0, 0)), Token));
    }

    [Fact]
    public async Task Run_NothingToDraw_FailsThatSequenceAndGoesOn()
    {
        await using EngineLoop engine = Make(new FakeRunner { Unusable = { "a" } });
        await engine.SubmitAsync(new EngineCommand.Start(Requests.Of("a")), Token);
        Assert.Equal("a", Assert.Single((await engine.Reports.ReadAsync(Token)).Failures).Key.RequestId);
        await engine.SubmitAsync(new EngineCommand.Start(Requests.Of("b", maxTokens: 1)), Token);
        Assert.Equal("b", Assert.Single((await engine.Reports.ReadAsync(Token)).Tokens).Key.RequestId);
        Assert.False(engine.Completion.IsCompleted);
    }

    [Fact]
    public async Task Dispose_WhileBusy_StopsAndDisposesTheRunner()
    {
        var runner = new FakeRunner(gated: true);
        EngineLoop engine = Make(runner);
        await engine.SubmitAsync(new EngineCommand.Start(Requests.Of("a")), Token);
        await runner.EnteredAsync();
        await engine.DisposeAsync();
        await engine.DisposeAsync();

        Assert.True(runner.Disposed);
        Assert.True(engine.Completion.IsCompletedSuccessfully);
        List<StepReport> rest = await engine.Reports.ReadAllAsync(Token).ToListAsync(Token);
        Assert.Equal("a", Assert.Single(Assert.Single(rest).Failures).Key.RequestId);
    }

    [Fact]
    public async Task Dispose_BlockedOnReports_Stops()
    {
        var runner = new FakeRunner();
        EngineLoop engine = Make(runner, new EngineLoopOptions { ReportCapacity = 1 });
        await engine.SubmitAsync(new EngineCommand.Start(Requests.Of("a")), Token);
        await runner.EnteredAsync();
        await runner.EnteredAsync();
        await engine.DisposeAsync();
        Assert.True(engine.Completion.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Dispose_Idle_Stops()
    {
        var runner = new FakeRunner();
        EngineLoop engine = Make(runner);
        await engine.DisposeAsync();
        Assert.True(runner.Disposed);
        Assert.False(await engine.Reports.WaitToReadAsync(Token));
    }

    [Fact]
    public async Task Start_QueueFull_FailsWithThatReason()
    {
        var runner = new FakeRunner(gated: true);
        var options = new SchedulerOptions { MaxSequences = 1, MaxQueued = 1 };
        await using EngineLoop engine = Make(runner, scheduling: options);
        await engine.SubmitAsync(new EngineCommand.Start(Requests.Of("a")), Token);
        await runner.EnteredAsync();
        await engine.SubmitAsync(new EngineCommand.Start(Requests.Of("b")), Token);
        await engine.SubmitAsync(new EngineCommand.Start(Requests.Of("c")), Token);
        runner.Admit();
        await engine.Reports.ReadAsync(Token);
        SequenceFailure failure = Assert.Single((await engine.Reports.ReadAsync(Token)).Failures);
        Assert.Equal("c", failure.Key.RequestId);
        Assert.Equal("queue full", failure.Reason);
    }

    private static EngineLoop Make(
        FakeRunner runner, EngineLoopOptions? options = null, SchedulerOptions? scheduling = null) =>
        new(runner, Blocks, scheduling ?? new SchedulerOptions(), options ?? new EngineLoopOptions(), TimeProvider.System);

    private static async Task<Reservation> ReserveAsync(EngineLoop engine, SequenceRequest request)
    {
        var reply = new TaskCompletionSource<Reservation>(TaskCreationOptions.RunContinuationsAsynchronously);
        await engine.SubmitAsync(new EngineCommand.Reserve(request, reply), Token);
        return await reply.Task.WaitAsync(Token);
    }
}
