using Baton.Contracts.Workers;
using Baton.Core.Engine;
using Baton.Engine.Simulated;
using Baton.Grains.Placement;

namespace Baton.Silo.Engines;

/// <summary>Engines that only keep time and books; see <see cref="SimulatedModelRunner"/>.</summary>
public sealed class SimulatedEngineSource(
    ModelInfo model, SimulationOptions options, EngineSettings settings) : IEngineSource
{
    private readonly KvLayout _layout = SimulatedModelRunner.LayoutOf(
        options.Profile.KvBytesPerToken, model: model.Id, layers: options.Profile.Layers);

    public ModelInfo Model => model;

    public EngineParts Create(WorkerRole role, Func<long, IKvMemory> memory)
    {
        var blocks = settings.BlocksFor(_layout, model.MaxContext);
        var pool = memory((long)blocks * _layout.BlockBytes);
        var runner = new SimulatedModelRunner(model, _layout, pool, options, settings.Time);
        return new EngineParts(
            settings.Start(runner, blocks, NodeName.Role(role)), pool, settings.Scheduling.MaxSequences);
    }

    public void Dispose()
    {
        // Each engine disposes its own runner, and nothing is shared.
    }
}
