using Orleans.Metadata;
using Orleans.Placement;

namespace Baton.Grains.Placement;

/// <summary>
/// A grain named role-node (prefill-3, gateway-7f2c) lives on the silo of that node, if that silo serves the role:
/// a worker's grain stands where its engine is and nowhere else.
/// </summary>
[GenerateSerializer, Immutable, Alias("baton.NodePlacement")]
public sealed class NodePlacement : PlacementStrategy
{
    /// <summary>The directory that knows from the name where such a grain is.</summary>
    public const string DirectoryName = "nodes";
}

/// <summary>Places the grain class by <see cref="NodePlacement"/>, and has it found by its name.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NodePlacementAttribute() : PlacementAttribute(new NodePlacement())
{
    public override void Populate(
        IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties)
    {
        base.Populate(services, grainClass, grainType, properties);
        properties[WellKnownGrainTypeProperties.GrainDirectory] = NodePlacement.DirectoryName;
    }
}
