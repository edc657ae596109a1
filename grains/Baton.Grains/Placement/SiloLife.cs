namespace Baton.Grains.Placement;

/// <summary>Whether a silo that is known by its address lives.</summary>
public static class SiloLife
{
    /// <summary>Declared dead, or so long ago that membership has forgotten it.</summary>
    public static bool IsDead(this IClusterMembershipService membership, string silo) =>
        !membership.CurrentSnapshot.Members.TryGetValue(SiloAddress.FromParsableString(silo), out var member)
        || member.Status == SiloStatus.Dead;
}
