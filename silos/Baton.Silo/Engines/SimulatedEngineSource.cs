using Baton.Contracts.Workers;
using Baton.Core.Costs;
using Baton.Core.Engine;
using Baton.Engine.Simulated;
using Baton.Grains.Placement;

namespace Baton.Silo.Engines;

/// <summary>Engines that only keep time and books; see <see cref="SimulatedModelRunner"/>.</summary>
public sealed class SimulatedEngineSource(
    ModelInfo model, SimulationOptions options, EngineSettings settings) : IEngineSource
{
    // A profile of a large machine is simulated on a small one: there each position then holds fewer bytes.
    private const long MostPoolBytes = 1L << 30;

    private readonly KvLayout _layout = SimulatedModelRunner.LayoutOf(
        BytesPerToken(options.Profile), model: model.Id, layers: options.Profile.Layers);

    public ModelInfo Model => model;

    public EngineParts Create(WorkerRole role, Func<long, IKvMemory> memory)
    {
        var profile = options.Profile;
        var blocks = settings.KvBlocks == 0 && profile.KvTokens > 0
            ? (int)Math.Max(1, profile.KvTokens / _layout.BlockTokens)
            : settings.BlocksFor(_layout, model.MaxContext);
        var pool = memory((long)blocks * _layout.BlockBytes);
        var scheduling = profile.Bound(settings.Scheduling);
        var runner = new SimulatedModelRunner(model, _layout, pool, options, settings.Time);
        var engine = settings with { Scheduling = scheduling, Profile = profile.Scaled(1 / options.Speed, 1 / options.Speed) };
        return new EngineParts(engine.Start(runner, blocks, NodeName.Role(role)), pool);
    }

    private static int BytesPerToken(WorkerProfile profile)
    {
        var unit = 8 * profile.Layers;
        var most = profile.KvTokens == 0 ? long.MaxValue : MostPoolBytes / profile.KvTokens / unit * unit;
        return (int)Math.Max(unit, Math.Min(profile.KvBytesPerToken, most));
    }

    public void Dispose()
    {
        // Each engine disposes its own runner, and nothing is shared.
    }
}
