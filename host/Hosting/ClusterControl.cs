using Baton.Contracts.Planning;
using Baton.Host.Api;

namespace Baton.Host.Hosting;

/// <summary>Passes on to the planner what operators ask.</summary>
internal sealed class ClusterControl(IGrainFactory grains) : IClusterControl
{
    private IPlannerGrain Planner => grains.GetGrain<IPlannerGrain>(IPlannerGrain.Key);

    public Task<bool> DrainAsync(string worker) => Planner.Drain(worker);

    public Task<string?> ScaleAsync(int? prefill, int? decode) => Planner.Scale(prefill, decode);

    public Task ReleaseAsync() => Planner.Release();
}
