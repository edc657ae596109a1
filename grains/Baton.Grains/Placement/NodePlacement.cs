using Orleans.Placement;

namespace Baton.Grains.Placement;

/// <summary>
/// A grain named role-node (prefill-3, gateway-7f2c) lives on the silo of that node, if that silo serves the role:
/// a worker's grain stands where its engine is and nowhere else.
/// </summary>
[GenerateSerializer, Immutable, Alias("baton.NodePlacement")]
public sealed class NodePlacement : PlacementStrategy
{
}

/// <summary>Places the grain class by <see cref="NodePlacement"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NodePlacementAttribute() : PlacementAttribute(new NodePlacement());
