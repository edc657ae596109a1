using Baton.Core.Costs;
using Baton.Core.Engine;
using Baton.Core.Scheduling;
using Baton.Engine.Simulated;
using Baton.Engine.Torch;
using Baton.Engine.Torch.Model;
using Baton.Host.Options;
using Baton.Silo.Engines;

namespace Baton.Host.Hosting;

/// <summary>Makes the engine source that the settings ask for.</summary>
internal static class EngineSources
{
    // A simulated model has room for the longest prompts of the published traces.
    public const int SimulatedContext = 131_072;

    public static IEngineSource Load(HostSettings settings, string folder)
    {
        var engine = new EngineSettings
        {
            KvBlocks = settings.KvBlocks,
            ClusterSecret = settings.ClusterSecret,
            Scheduling = new SchedulerOptions { TokenTarget = settings.TokenTarget, LongestStep = settings.LongestStep },
        };
        if (settings.Engine == EngineKind.Torch)
        {
            var options = new TorchOptions
            {
                Device = settings.Device,
                Threads = settings.Threads,
                Weights = Enum.Parse<WeightFormat>(settings.Weights, ignoreCase: true),
                Kv = Enum.Parse<KvFormat>(settings.KvFormat, ignoreCase: true),
            };
            return new TorchEngineSource(folder, options, engine);
        }

        var simulation = new SimulationOptions
        {
            Profile = ProfileFile.Load(settings.SimProfile),
            Speed = settings.SimSpeed,
            Seed = settings.Seed ?? 0,
        };
        return new SimulatedEngineSource(ServedInfo(settings, folder), simulation, engine);
    }

    /// <summary>What the gateway must know of the model; loads no weights.</summary>
    public static ModelInfo ServedInfo(HostSettings settings, string folder)
    {
        var config = ModelConfigReader.Read(folder);
        var id = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        var context = settings.Engine == EngineKind.Simulated ? SimulatedContext : config.MaxContext;
        return new ModelInfo(id, context, config.VocabularySize, WeightBytes: 0);
    }
}
