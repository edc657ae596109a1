using Baton.Grains.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace Baton.Silo.Nodes;

/// <summary>What each silo of the cluster is, by membership, which knows of one before its first report comes.</summary>
public sealed class NodeRoles(IClusterMembershipService membership, ISiloMetadataCache metadata)
{
    /// <summary>Grain keys of the live gateways.</summary>
    public IEnumerable<string> Gateways() => membership.CurrentSnapshot.Members
        .Where(m => m.Value.Status == SiloStatus.Active && Of(m.Key)?.Contains(NodeName.GatewayRole) == true)
        .Select(m => NodeName.Gateway(m.Value.Name));

    /// <summary>Whether the roles of every live silo are known.</summary>
    public bool AreAllKnown() => membership.CurrentSnapshot.Members
        .All(m => m.Value.Status != SiloStatus.Active || Of(m.Key) is not null);

    public string[]? Of(SiloAddress silo) =>
        metadata.GetSiloMetadata(silo).Metadata.TryGetValue(NodeName.RolesKey, out var roles) ? roles.Split(',') : null;
}
