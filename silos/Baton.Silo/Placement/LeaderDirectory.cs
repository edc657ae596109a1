using Orleans.GrainDirectory;

namespace Baton.Silo.Placement;

/// <summary>Where the cluster's one planner is follows from membership, as with <see cref="NodeDirectory"/>.</summary>
internal sealed class LeaderDirectory(NodeRoles roles, IClusterMembershipService membership) : IGrainDirectory
{
    public Task<GrainAddress?> Lookup(GrainId grainId) => Task.FromResult(roles.Leader() is { } silo
        ? new GrainAddress { GrainId = grainId, SiloAddress = silo, MembershipVersion = membership.CurrentSnapshot.Version }
        : null);

    public Task<GrainAddress?> Register(GrainAddress address) => Task.FromResult<GrainAddress?>(address);

    public Task Unregister(GrainAddress address) => Task.CompletedTask;

    public Task UnregisterSilos(List<SiloAddress> siloAddresses) => Task.CompletedTask;
}
