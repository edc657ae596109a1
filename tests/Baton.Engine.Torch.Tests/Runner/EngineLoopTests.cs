using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Core.Scheduling;
using Baton.Engine.Torch.Tests.Support;

namespace Baton.Engine.Torch.Tests.Runner;

/// <summary>The engine as workers run it: scheduler, prefix cache, chunking and preemption around the runner.</summary>
public abstract class EngineLoopTests(Backend backend)
{
    [Collection(TorchTests.Name)]
    public sealed class OnCpu() : EngineLoopTests(Backend.Cpu);

    [Collection(TorchTests.Name)]
    public sealed class OnTorch() : EngineLoopTests(Backend.Torch);

    [Theory]
    [InlineData(512, 1024)]
    [InlineData(24, 1024)]
    // Fewer blocks than the sequences need together: some are preempted and prefilled again.
    [InlineData(64, 40)]
    public async Task Greedy_ThroughTheLoop_EqualsGolden(int budget, int kvBlocks)
    {
        var golden = Golden.Load();
        using var model = TorchModel.Load(Golden.ModelFolder, new TorchOptions { Threads = 1 });
        using var memory = NativeKvMemory.For(model.Layout, kvBlocks);
        await using var engine = new EngineLoop(
            backend.Runner(model, memory, kvBlocks, budget),
            kvBlocks,
            new SchedulerOptions { StepTokenBudget = budget, MaxSequences = 20 },
            new EngineLoopOptions(),
            TimeProvider.System);
        for (var i = 0; i < golden.Greedy.Length; i++)
            await engine.SubmitAsync(new EngineCommand.Start(Request(i, golden.Greedy[i])), Cancel);

        var outputs = golden.Greedy.Select(_ => new List<int>()).ToArray();
        var running = outputs.Length;
        while (running > 0)
        {
            var report = await engine.Reports.ReadAsync(Cancel);
            Assert.Empty(report.Failures);
            foreach (var token in report.Tokens)
            {
                outputs[token.Key.Choice].Add(token.Sampled.Token);
                running -= token.Finish is null ? 0 : 1;
            }
        }

        for (var i = 0; i < outputs.Length; i++)
            Assert.Equal(golden.Greedy[i].OutputIds, outputs[i]);

        Assert.Equal(kvBlocks < 100, engine.Load.Preemptions > 0);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static SequenceRequest Request(int index, Golden.Text text) => new()
    {
        Key = new SequenceKey("golden", index, 0),
        Work = SequenceWork.Whole,
        Tokens = text.PromptIds,
        PromptLength = text.PromptIds.Length,
        Sampling = SamplingOptions.Greedy,
        Stop = new StopRules { MaxTokens = 128, EndTokens = [2] },
    };
}
