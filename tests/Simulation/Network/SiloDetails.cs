namespace Baton.Simulation.Network;

/// <summary>What a silo knows of itself.</summary>
internal sealed record SiloDetails(string Name, SiloAddress SiloAddress) : ILocalSiloDetails
{
    public string ClusterId => "simulation";

    public string DnsHostName => Name;

    public SiloAddress GatewayAddress => SiloAddress;
}
