using Baton.Contracts.Workers;
using Baton.Core.Engine;
using Baton.Engine.Torch;
using Baton.Grains.Placement;

namespace Baton.Silo.Engines;

/// <summary>Engines that run one loaded model.</summary>
public sealed class TorchEngineSource(string folder, TorchOptions options, EngineSettings settings) : IEngineSource
{
    private readonly TorchModel _model = TorchModel.Load(folder, options);
    private readonly List<IEngine> _engines = [];

    public ModelInfo Model => _model.Info;

    public EngineParts Create(WorkerRole role, Func<long, IKvMemory> memory)
    {
        var blocks = settings.BlocksFor(_model.Layout, _model.Info.MaxContext);
        var pool = memory((long)blocks * _model.Layout.BlockBytes);
        try
        {
            var runner = _model.CreateRunner(pool, blocks, settings.Scheduling.StepTokenBudget);
            var engine = settings.Start(runner, blocks, NodeName.Role(role));
            _engines.RemoveAll(e => e.Completion.IsCompleted);
            _engines.Add(engine);
            return new EngineParts(engine, pool);
        }
        catch
        {
            pool.Dispose();
            throw;
        }
    }

    // Whoever has an engine ends it. If that went wrong its thread may be in a step, which reads the weights.
    public async ValueTask DisposeAsync()
    {
        foreach (var engine in _engines)
            await engine.DisposeAsync().AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _model.Dispose();
    }
}
