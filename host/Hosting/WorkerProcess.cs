using System.Diagnostics;
using Baton.Contracts.Workers;
using Baton.Grains.Placement;
using Baton.Host.Options;

namespace Baton.Host.Hosting;

/// <summary>Starts this program again as a worker.</summary>
internal static class WorkerProcess
{
    public static Process Start(HostSettings settings, WorkerRole role, string node, string cluster)
    {
        var start = new ProcessStartInfo { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (var part in Self())
        {
            if (start.FileName.Length == 0)
            {
                start.FileName = part;
            }
            else
            {
                start.ArgumentList.Add(part);
            }
        }

        foreach (var (name, value) in Arguments(settings, role, node, cluster))
        {
            start.ArgumentList.Add($"--{name}={value}");
        }

        // What configures the parent must not configure its children a second time; secrets go by the environment.
        foreach (var variable in start.Environment.Keys.Where(IsOption).ToList())
        {
            start.Environment.Remove(variable);
        }

        start.Environment["BATON_CLUSTER_SECRET"] = settings.ClusterSecret;
        return Process.Start(start) ?? throw new InvalidOperationException("The worker process did not start.");
    }

    private static bool IsOption(string variable) =>
        variable.StartsWith("BATON_", StringComparison.Ordinal) && variable != "BATON_LIBTORCH";

    private static IEnumerable<string> Self()
    {
        var program = Environment.ProcessPath!;
        yield return program;
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            yield return Path.Combine(AppContext.BaseDirectory, "Baton.Host.dll");
        }
    }

    /// <summary>
    /// Workers of one machine that each take every core get in each other's way: each has its share, of as many as there may
    /// be. Those that come must not slow those that are there.
    /// </summary>
    internal static int ShareOfCores(HostSettings settings, int cores)
    {
        var most = settings.Autoscale == Autoscale.None ? settings.LocalWorkers!.Value : settings.Planner.Max;
        return Math.Max(1, cores / Math.Min(most.Prefill + most.Decode, settings.Planner.Budget ?? int.MaxValue));
    }

    internal static IEnumerable<(string Name, object Value)> Arguments(
        HostSettings settings, WorkerRole role, string node, string cluster)
    {
        yield return ("role", NodeName.Role(role));
        yield return ("node", node);
        yield return ("workers", "none");
        yield return ("cluster", cluster);
        yield return ("cluster-id", settings.ClusterId);
        yield return ("parent", Environment.ProcessId);
        yield return ("model", settings.Model);
        yield return ("device", settings.Device);
        yield return ("threads", settings.Threads > 0 ? settings.Threads : ShareOfCores(settings, Environment.ProcessorCount));
        yield return ("weights", settings.Weights);
        yield return ("kv-format", settings.KvFormat);
        yield return ("kv-blocks", settings.KvBlocks);
        yield return ("engine", settings.Engine == EngineKind.Torch ? "torch" : "simulated");
        yield return ("sim-profile", settings.SimProfile);
        yield return ("sim-speed", settings.SimSpeed.ToString(System.Globalization.CultureInfo.InvariantCulture));
        yield return ("data-plane", settings.DataPlane.ToString().ToLowerInvariant());
        if (settings.TokenTarget is { } target)
        {
            yield return ("slo-tpot", Duration(target));
        }

        if (settings.LongestStep is { } longest)
        {
            yield return ("longest-step", Duration(longest));
        }

        if (settings.Seed is { } seed)
        {
            yield return ("seed", seed);
        }
    }

    private static string Duration(TimeSpan time) =>
        time.TotalMilliseconds.ToString(System.Globalization.CultureInfo.InvariantCulture) + "ms";
}
