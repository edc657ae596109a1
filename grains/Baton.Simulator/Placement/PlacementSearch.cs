using Baton.Core.Costs;
using Baton.Simulator.Workloads;

namespace Baton.Simulator.Placement;

/// <summary>
/// Finds how a number of GPUs serves most (DistServe, OSDI 2024, algorithm 1): what one worker of each phase is good for by
/// simulation, the split that brings both phases out even, and its neighbours, simulated whole; beside the colocated ways.
/// </summary>
public sealed class PlacementSearch(GoodputSearch search, SyntheticWorkload workload, Action<string> progress)
{
    // By what one worker of each phase is good for, queues and uneven routing left out; the true best is close.
    private const int SplitsTried = 3;
    private const int SampledLengths = 10_000;

    /// <param name="profiles">Hardware that each phase may have.</param>
    /// <param name="gpus">How many GPUs there are.</param>
    public PlacementPlan Plan(IReadOnlyList<WorkerProfile> profiles, int gpus)
    {
        ArgumentNullException.ThrowIfNull(profiles);
        double output = (workload with { Rate = 1, Requests = SampledLengths }).Arrivals().Average(a => a.OutputTokens);
        Dictionary<string, double> prefill = Alone(profiles, "prefill", PhaseAlone.Prefill);
        Dictionary<string, double> decode = Alone(profiles, "decode", PhaseAlone.Decode);
        IEnumerable<(WorkerGroup Prefill, WorkerGroup Decode)> splits = Splits(profiles, gpus, prefill, decode);
        List<Deployment> deployments =
        [
            .. splits.Select(s => Try(ServingShape.Disaggregated, s.Prefill, s.Decode, output)),
            .. from profile in profiles
               where profile.Gpus <= gpus
               from shape in new[] { ServingShape.Chunked, ServingShape.Plain }
               select Try(shape, null, new WorkerGroup(profile, gpus / profile.Gpus), output),
        ];
        return new PlacementPlan(
            prefill, decode, [.. deployments.OrderByDescending(d => d.GoodputPerGpu).ThenBy(d => d.Shape)], search.Runs);
    }

    private Dictionary<string, double> Alone(
        IReadOnlyList<WorkerProfile> profiles, string phase, Func<WorkerProfile, SimulationOptions> cluster) =>
        profiles.ToDictionary(p => p.Name, p =>
        {
            progress($"one {p.Name} that only {(phase == "prefill" ? "prefills" : "decodes")}");
            return search.Goodput(cluster(p));
        });

    private static IEnumerable<(WorkerGroup Prefill, WorkerGroup Decode)> Splits(
        IReadOnlyList<WorkerProfile> profiles, int gpus, Dictionary<string, double> prefill, Dictionary<string, double> decode)
    {
        var splits =
            from p in profiles
            from d in profiles
            from count in Enumerable.Range(1, gpus / p.Gpus)
            let left = (gpus - (count * p.Gpus)) / d.Gpus
            where left > 0
            let rate = Math.Min(count * prefill[p.Name], left * decode[d.Name])
            orderby rate descending, (count * p.Gpus) + (left * d.Gpus), count
            select (new WorkerGroup(p, count), new WorkerGroup(d, left));
        return splits.Take(SplitsTried);
    }

    private Deployment Try(ServingShape shape, WorkerGroup? prefill, WorkerGroup decode, double output)
    {
        var untried = new Deployment(shape, prefill, decode, 0, output);
        progress(untried.ToString());
        double goodput = search.Goodput(new SimulationOptions
        {
            Shape = shape,
            Prefill = prefill is null ? [] : [prefill],
            Decode = [decode],
        });
        return untried with { Goodput = goodput };
    }
}
