namespace Baton.Simulator.Scaling;

/// <summary>How often workers die.</summary>
public sealed record FaultOptions
{
    /// <summary>Deaths an hour over the whole cluster, at random; each takes one ready worker.</summary>
    public double DeathsPerHour { get; init; }

    /// <summary>From a death until the gateways know of it.</summary>
    public TimeSpan NoticedAfter { get; init; } = TimeSpan.FromSeconds(2);
}
