using Baton.Grains.Placement;
using Orleans.Runtime.Placement;

namespace Baton.Silo.Placement;

/// <summary>Puts a grain named role-node on the silo of that node.</summary>
public sealed class NodePlacementDirector(NodeRoles roles) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(
        PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var key = target.GrainIdentity.Key.ToString()!;
        if (!NodeName.TryParse(key, out _, out _))
        {
            throw new ArgumentException($"'{key}' is not a name of the form role-node.");
        }

        return roles.SiloOf(key) is { } silo
            ? Task.FromResult(silo)
            : throw new SiloUnavailableException($"No live silo serves {key}.");
    }
}
