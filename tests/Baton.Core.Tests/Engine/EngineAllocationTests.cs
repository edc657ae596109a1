using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Core.Scheduling;

namespace Baton.Core.Tests.Engine;

/// <summary>What the loop leaves for the collector: a step may be a hundred microseconds, and there are thousands a second.</summary>
public sealed class EngineAllocationTests
{
    private const int Turns = 200;

    // One load to be read at any time.
    private const int LoadBytes = 160;

    // A report, its list and the list's array.
    private const int ReportBytes = 96;
    private const int TokenBytes = 72;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task Turn_Decodes_OnlyWhatIsPublished(int sequences)
    {
        double each = await Allocated(sequences, prompt: 1, maxTokens: Turns + 2);
        Assert.InRange(each, 1, LoadBytes + ReportBytes + (TokenBytes * sequences));
    }

    [Fact]
    public async Task Turn_PartOfAPrompt_OnlyTheLoad()
    {
        double each = await Allocated(sequences: 1, prompt: (Turns + 2) * 8, maxTokens: 1);
        Assert.InRange(each, 1, LoadBytes);
    }

    [Theory]
    [InlineData(SequenceWork.Whole, 0)]
    [InlineData(SequenceWork.Prefill, 3)]
    public async Task Turn_NothingToHandOver_LayersAreNotAskedFor(SequenceWork work, int told)
    {
        var runner = new MeasuringRunner();
        await using EngineLoop engine = Make(runner);
        await engine.SubmitAsync(new EngineCommand.Start(Requests.Of("a", maxTokens: 2, prompt: 4, work: work)), Token);
        runner.Go();
        while ((await engine.Reports.ReadAsync(Token)).Tokens.Count == 0)
        {
            // Layers come ahead of the step.
        }

        Assert.Equal(told, runner.Told);
    }

    /// <summary>Bytes of a turn, in the mean.</summary>
    private static async Task<double> Allocated(int sequences, int prompt, int maxTokens)
    {
        var runner = new MeasuringRunner();
        await using EngineLoop engine = Make(runner);
        for (int i = 0; i < sequences; i++)
            await engine.SubmitAsync(new EngineCommand.Start(Requests.Of($"{i}", prompt, maxTokens, firstToken: i)), Token);
        runner.Go();
        return await runner.BytesEach;
    }

    private static EngineLoop Make(MeasuringRunner runner) => new(
        runner,
        kvBlocks: 1024,
        new SchedulerOptions { StepTokenBudget = 8, MaxSequences = 8 },
        new EngineLoopOptions { ReportCapacity = 4 * Turns },
        TimeProvider.System);

    /// <summary>Counts on the engine's thread what is allocated from one step to the next, once all is warm.</summary>
    private sealed class MeasuringRunner : IModelRunner
    {
        private const int Warm = 20;

        private readonly ManualResetEventSlim _go = new();
        private readonly TaskCompletionSource<double> _bytes = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _steps;
        private long _before;
        private volatile int _told;

        public ModelInfo Model { get; } = new("measuring", 4096, 10_000, 0);

        public KvLayout Layout { get; } = new(16, 512 << 10, "measuring", Layers: 4);

        public Task<double> BytesEach => _bytes.Task;

        public int Told => _told;

        public void Go() => _go.Set();

        public void Start() => _go.Wait();

        public void Run(BatchPlan plan, Span<SampledToken> sampled, Action<int>? layersWritten = null)
        {
            for (int layer = 1; layer < Layout.Layers && layersWritten is not null; layer++, _told++)
                layersWritten(layer);
            sampled.Fill(new SampledToken(7, float.NaN, null));
            if (++_steps == Warm)
                _before = GC.GetAllocatedBytesForCurrentThread();
            else if (_steps == Turns)
                _bytes.TrySetResult((GC.GetAllocatedBytesForCurrentThread() - _before) / (double)(Turns - Warm));
        }

        public void Interrupt() => _go.Set();

        public void Dispose() => _go.Dispose();
    }
}
