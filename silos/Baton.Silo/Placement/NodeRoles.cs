using Baton.Grains.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace Baton.Silo.Placement;

/// <summary>
/// What each silo of the cluster is. Membership knows every silo's name at once; silo metadata, which comes a moment
/// later, tells its roles.
/// </summary>
public sealed class NodeRoles(IClusterMembershipService membership, ISiloMetadataCache metadata)
{
    /// <summary>Grain keys of the live gateways.</summary>
    public IEnumerable<string> Gateways() => membership.CurrentSnapshot.Members
        .Where(m => m.Value.Status == SiloStatus.Active && Of(m.Key)?.Contains(NodeName.GatewayRole) == true)
        .Select(m => NodeName.Gateway(m.Value.Name));

    /// <summary>The same and, while their roles are not known, the silos that may be gateways.</summary>
    public IEnumerable<string> PossibleGateways() => membership.CurrentSnapshot.Members
        .Where(m => m.Value.Status == SiloStatus.Active && Of(m.Key)?.Contains(NodeName.GatewayRole) != false)
        .Select(m => NodeName.Gateway(m.Value.Name));

    /// <summary>The gateway that has been there longest.</summary>
    public SiloAddress? Leader() => membership.CurrentSnapshot.Members
        .Where(m => m.Value.Status == SiloStatus.Active && Of(m.Key)?.Contains(NodeName.GatewayRole) == true)
        .Select(m => m.Key)
        .OrderBy(silo => silo.Generation)
        .ThenBy(silo => silo)
        .FirstOrDefault();

    /// <summary>Whether the roles of every live silo are known.</summary>
    public bool AreAllKnown() => membership.CurrentSnapshot.Members
        .All(m => m.Value.Status != SiloStatus.Active || Of(m.Key) is not null);

    /// <summary>Null while they are not known.</summary>
    public string[]? Of(SiloAddress silo) =>
        metadata.GetSiloMetadata(silo).Metadata.TryGetValue(NodeName.RolesKey, out var roles) ? roles.Split(',') : null;

    /// <summary>The live silo of a grain named role-node; null when there is none, or its roles contradict the name.</summary>
    public SiloAddress? SiloOf(string key) => NodeName.TryParse(key, out var role, out var node)
        ? membership.CurrentSnapshot.Members
            .Where(m => m.Value.Name == node && IsLive(m.Value.Status) && Of(m.Key)?.Contains(role) != false)
            .OrderByDescending(m => m.Key.Generation)
            .Select(m => m.Key)
            .FirstOrDefault()
        : null;

    // A silo that is leaving still serves what it has.
    private static bool IsLive(SiloStatus status) =>
        status is SiloStatus.Active or SiloStatus.ShuttingDown or SiloStatus.Stopping;
}
