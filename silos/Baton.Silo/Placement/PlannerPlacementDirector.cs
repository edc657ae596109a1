using Orleans.Runtime.Placement;

namespace Baton.Silo.Placement;

/// <summary>Puts the cluster's one planner on the gateway that has been there longest.</summary>
public sealed class PlannerPlacementDirector(NodeRoles roles) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(
        PlacementStrategy strategy, PlacementTarget target, IPlacementContext context) => roles.Leader() is { } leader
        ? Task.FromResult(leader)
        : throw new SiloUnavailableException("No gateway is there.");
}
