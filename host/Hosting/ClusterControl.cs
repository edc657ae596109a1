using Baton.Contracts.Workers;
using Baton.Grains.Gateways;
using Baton.Grains.Workers;
using Baton.Host.Api;

namespace Baton.Host.Hosting;

/// <summary>Passes on what operators ask.</summary>
internal sealed class ClusterControl(ClusterView view, IGrainFactory grains) : IClusterControl
{
    public async Task<bool> DrainAsync(string worker)
    {
        if (view.Workers().FirstOrDefault(w => w.Id.Name == worker && w.State != WorkerState.Dead) is not { } status)
        {
            return false;
        }

        await WorkerGrains.Of(grains, status.Id).Drain();
        return true;
    }
}
