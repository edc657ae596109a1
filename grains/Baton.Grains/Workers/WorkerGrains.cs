using Baton.Contracts;
using Baton.Contracts.Workers;
using Baton.Grains.Placement;

namespace Baton.Grains.Workers;

/// <summary>The grain of a worker whose role only its name tells.</summary>
public static class WorkerGrains
{
    public static IWorkerGrain Of(IGrainFactory grains, WorkerId worker) =>
        NodeName.TryParse(worker.Name, out var role, out _) && role == NodeName.Role(WorkerRole.Decode)
            ? grains.GetGrain<IDecodeGrain>(worker.Name)
            : grains.GetGrain<IPrefillGrain>(worker.Name);
}
