using Orleans.GrainDirectory;

namespace Baton.Silo.Placement;

/// <summary>
/// Where a grain named role-node is follows from membership: nothing is written down, no silo is asked, and nothing is
/// to be recovered when one dies.
/// </summary>
internal sealed class NodeDirectory(NodeRoles roles, IClusterMembershipService membership) : IGrainDirectory
{
    public Task<GrainAddress?> Lookup(GrainId grainId) => Task.FromResult(
        roles.SiloOf(grainId.Key.ToString()!) is { } silo
            ? new GrainAddress
            {
                GrainId = grainId,
                SiloAddress = silo,
                MembershipVersion = membership.CurrentSnapshot.Version,
            }
            : null);

    /// <summary>A silo holds a grain once; on another it would not have been placed.</summary>
    public Task<GrainAddress?> Register(GrainAddress address) => Task.FromResult<GrainAddress?>(address);

    public Task Unregister(GrainAddress address) => Task.CompletedTask;

    public Task UnregisterSilos(List<SiloAddress> siloAddresses) => Task.CompletedTask;
}
