using Baton.Grains.Placement;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Hosting;

namespace Baton.Silo.Placement;

/// <summary>Adds <see cref="NodePlacement"/> to a silo.</summary>
public static class PlacementExtensions
{
    public static ISiloBuilder AddNodePlacement(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<NodeRoles>();
        silo.Services.AddPlacementDirector<NodePlacement, NodePlacementDirector>();
        silo.Services.AddPlacementDirector<PlannerPlacement, PlannerPlacementDirector>();
        silo.AddGrainDirectory(
            PlannerPlacement.DirectoryName, (sp, _) => ActivatorUtilities.CreateInstance<LeaderDirectory>(sp));
        return silo.AddGrainDirectory(
            NodePlacement.DirectoryName, (sp, _) => ActivatorUtilities.CreateInstance<NodeDirectory>(sp));
    }
}
