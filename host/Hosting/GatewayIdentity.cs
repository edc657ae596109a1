using Baton.Grains.Gateways;

namespace Baton.Host.Hosting;

/// <inheritdoc cref="IGatewayIdentity"/>
internal sealed class GatewayIdentity(string name, string model, Drain drain) : IGatewayIdentity
{
    public string Name => name;

    public string Model => model;

    public bool IsDraining => drain.IsDraining;
}
