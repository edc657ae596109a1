using Baton.Contracts.Workers;
using Baton.Core.Engine;
using Baton.Engine.Torch;
using Baton.Grains.Placement;

namespace Baton.Silo.Engines;

/// <summary>Engines that run one loaded model.</summary>
public sealed class TorchEngineSource(string folder, TorchOptions options, EngineSettings settings) : IEngineSource
{
    private readonly TorchModel _model = TorchModel.Load(folder, options);

    public ModelInfo Model => _model.Info;

    public EngineParts Create(WorkerRole role, Func<long, IKvMemory> memory)
    {
        var blocks = settings.BlocksFor(_model.Layout, _model.Info.MaxContext);
        var pool = memory((long)blocks * _model.Layout.BlockBytes);
        var runner = _model.CreateRunner(pool, blocks, settings.Scheduling.StepTokenBudget);
        return new EngineParts(settings.Start(runner, blocks, NodeName.Role(role)), pool);
    }

    public void Dispose() => _model.Dispose();
}
