using Baton.Contracts.Planning;
using Baton.Contracts.Workers;
using Baton.Core.Costs;
using Baton.Grains.Gateways;
using Baton.Grains.Workers;
using Baton.Host.Api;

namespace Baton.Host.Hosting;

/// <summary>Passes on to the planner what operators ask.</summary>
internal sealed class ClusterControl(ClusterView view, IGrainFactory grains) : IClusterControl
{
    private IPlannerGrain Planner => grains.GetGrain<IPlannerGrain>(IPlannerGrain.Key);

    public Task<bool> DrainAsync(string worker) => Planner.Drain(worker);

    public async Task<FittedProfile?> MeasureAsync(string worker) =>
        view.Workers().FirstOrDefault(w => w.Id.Name == worker && w.State != WorkerState.Dead) is { } status
            ? await WorkerGrains.Of(grains, status.Id).Measure()
            : null;

    public Task<string?> ScaleAsync(int? prefill, int? decode) => Planner.Scale(prefill, decode);

    public Task ReleaseAsync() => Planner.Release();
}
