using Baton.Grains.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Runtime.Placement;

namespace Baton.Silo.Placement;

/// <summary>
/// Puts a grain named role-node on the silo of that node. Membership knows every silo's name at once; silo metadata,
/// which comes a moment later, must not contradict the role.
/// </summary>
public sealed class NodePlacementDirector(IClusterMembershipService membership, ISiloMetadataCache metadata)
    : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(
        PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var key = target.GrainIdentity.Key.ToString()!;
        if (!NodeName.TryParse(key, out var role, out var node))
        {
            throw new ArgumentException($"'{key}' is not a name of the form role-node.");
        }

        var members = membership.CurrentSnapshot.Members;
        var silo = context.GetCompatibleSilos(target)
            .Where(s => members.TryGetValue(s, out var member) && member.Name == node && MayServe(s, role))
            .OrderByDescending(s => s.Generation)
            .FirstOrDefault();
        return silo is null
            ? throw new SiloUnavailableException($"No live silo serves {key}.")
            : Task.FromResult(silo);
    }

    private bool MayServe(SiloAddress silo, string role) =>
        !metadata.GetSiloMetadata(silo).Metadata.TryGetValue(NodeName.RolesKey, out var roles)
        || roles.Split(',').Contains(role);
}
