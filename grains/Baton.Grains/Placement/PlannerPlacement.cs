using Orleans.Metadata;
using Orleans.Placement;

namespace Baton.Grains.Placement;

/// <summary>A grain of which the cluster has one: on the gateway that has been there longest.</summary>
[GenerateSerializer, Immutable, Alias("baton.PlannerPlacement")]
public sealed class PlannerPlacement : PlacementStrategy
{
    /// <summary>The directory that knows which gateway that is.</summary>
    public const string DirectoryName = "leader";
}

/// <summary>Places the grain class by <see cref="PlannerPlacement"/>, and has it found by what membership says.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PlannerPlacementAttribute() : PlacementAttribute(new PlannerPlacement())
{
    public override void Populate(
        IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties)
    {
        base.Populate(services, grainClass, grainType, properties);
        properties[WellKnownGrainTypeProperties.GrainDirectory] = PlannerPlacement.DirectoryName;
    }
}
