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
    // A profile that says what its pool holds is of a large machine and is simulated on a small one: each position then
    // holds fewer bytes, and a step goes through fewer layers.
    private const long MostPoolBytes = 256L << 20;
    private const int MostLayers = 4;

    private readonly KvLayout _layout = Layout(options.Profile, model.Id);

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

    private static KvLayout Layout(WorkerProfile profile, string model)
    {
        if (profile.KvTokens == 0)
        {
            return SimulatedModelRunner.LayoutOf(profile.KvBytesPerToken, model: model, layers: profile.Layers);
        }

        var layers = Math.Min(profile.Layers, MostLayers);
        var unit = 8 * layers;
        var most = Math.Min(profile.KvBytesPerToken, MostPoolBytes / profile.KvTokens);
        return SimulatedModelRunner.LayoutOf((int)Math.Max(unit, most / unit * unit), model: model, layers: layers);
    }

    // Each engine disposes its own runner, and nothing is shared.
    public ValueTask DisposeAsync() => default;
}
