using Baton.Grains.Gateways;

namespace Baton.Host.Hosting;

/// <inheritdoc cref="IGatewayIdentity"/>
internal sealed class GatewayIdentity(string name, string model) : IGatewayIdentity
{
    private volatile bool _draining;

    public string Name => name;

    public string Model => model;

    public bool IsDraining => _draining;

    public void Drain() => _draining = true;
}
