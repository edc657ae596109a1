namespace Baton.Contracts;

/// <summary>A gateway of one life.</summary>
/// <param name="Name">Key of its grain.</param>
/// <param name="Incarnation">Grows with every start.</param>
[GenerateSerializer, Immutable, Alias("baton.GatewayId")]
public readonly record struct GatewayId(string Name, long Incarnation)
{
    public override string ToString() => Name;
}
