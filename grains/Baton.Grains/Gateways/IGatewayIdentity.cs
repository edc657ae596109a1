namespace Baton.Grains.Gateways;

/// <summary>The gateway of this silo.</summary>
public interface IGatewayIdentity
{
    /// <summary>Key of its gateway grain.</summary>
    string Name { get; }

    /// <summary>The model that it serves.</summary>
    string Model { get; }

    /// <summary>Whether it takes no new requests any more.</summary>
    bool IsDraining { get; }
}
