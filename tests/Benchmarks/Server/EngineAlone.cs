using System.Diagnostics;
using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Engine.Torch;
using Baton.Silo.Engines;

namespace Baton.Benchmarks.Server;

/// <summary>An engine as a worker has it, with nobody around it but what feeds it.</summary>
internal sealed class EngineAlone : IAsyncDisposable
{
    private readonly TorchModel _model;
    private readonly NativeKvMemory _memory;
    private readonly EngineLoop _engine;
    private int _begun;

    public EngineAlone(string folder, int threads)
    {
        var settings = new EngineSettings { ClusterSecret = "benchmark" };
        _model = TorchModel.Load(folder, new TorchOptions { Threads = threads });
        var blocks = settings.BlocksFor(_model.Layout, _model.Info.MaxContext);
        _memory = NativeKvMemory.For(_model.Layout, blocks);
        _engine = settings.Start(
            _model.CreateRunner(_memory, blocks, settings.Scheduling.StepTokenBudget), blocks, "benchmark");
    }

    public async Task<TimeSpan> RunAsync(ClosedLoop work)
    {
        var start = Stopwatch.GetTimestamp();
        int begun = 0, ended = 0;
        for (; begun < Math.Min(work.AtOnce, work.Requests); begun++)
            await BeginAsync();

        while (ended < work.Requests)
        {
            var report = await _engine.Reports.ReadAsync();
            foreach (var _ in report.Tokens.Where(t => t.Finish is not null))
            {
                ended++;
                if (begun++ < work.Requests)
                    await BeginAsync();
            }
        }

        return Stopwatch.GetElapsedTime(start);
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        _memory.Dispose();
        _model.Dispose();
    }

    private ValueTask BeginAsync()
    {
        var random = new Random(_begun);
        return _engine.SubmitAsync(new EngineCommand.Start(new SequenceRequest
        {
            Key = new SequenceKey("benchmark", _begun++, 0),
            Work = SequenceWork.Whole,
            Tokens = [.. Enumerable.Range(0, ClosedLoop.PromptTokens).Select(_ => random.Next(3, _model.Config.VocabularySize))],
            PromptLength = ClosedLoop.PromptTokens,
            Sampling = new SamplingOptions(),
            Stop = new StopRules { MaxTokens = ClosedLoop.OutputTokens },
        }));
    }
}
