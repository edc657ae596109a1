using Baton.Core.Costs;
using Baton.Simulator.Workloads;

namespace Baton.Simulator.Tests;

/// <summary>Clusters and workloads to simulate.</summary>
internal static class Clusters
{
    public static readonly WorkerProfile Opt13B = PublishedProfiles.Find("opt-13b")!;

    public static SimulationOptions Apart(int prefill, int decode, WorkerProfile? profile = null) => new()
    {
        Prefill = [new WorkerGroup(profile ?? Opt13B, prefill)],
        Decode = [new WorkerGroup(profile ?? Opt13B, decode)],
    };

    public static SimulationOptions Together(ServingShape shape, int workers, WorkerProfile? profile = null) => new()
    {
        Shape = shape,
        Decode = [new WorkerGroup(profile ?? Opt13B, workers)],
    };

    public static SyntheticWorkload Load(double rate, int requests, int seed = 0) => new()
    {
        Rate = rate,
        Requests = requests,
        Seed = seed,
    };
}
