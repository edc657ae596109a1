using Baton.Contracts.Workers;
using Baton.Core.Planning;
using Baton.Grains.Placement;

namespace Baton.Silo.Nodes;

/// <summary>What this process is in the cluster.</summary>
public sealed record NodeOptions
{
    /// <summary>Unique among the live silos of the cluster.</summary>
    public required string Name { get; init; }

    public required bool IsGateway { get; init; }

    public required IReadOnlyList<WorkerRole> Workers { get; init; }

    /// <summary>What the engines compute on, for people.</summary>
    public required string Device { get; init; }

    /// <summary>Equal on two nodes only if they share memory.</summary>
    public required string HostId { get; init; }

    /// <summary>The secret that the cluster's members share; workers prove it to each other on the byte channel.</summary>
    public required string ClusterSecret { get; init; }

    /// <summary>The address that other hosts reach this one at.</summary>
    public required System.Net.IPAddress Address { get; init; }

    /// <summary>Where the gateway serves HTTP; empty on workers.</summary>
    public string Url { get; init; } = "";

    /// <summary>How long a drain waits for what still runs.</summary>
    public TimeSpan DrainTimeout { get; init; } = DrainTime.Longest;

    /// <summary>How often state is reported to the gateways.</summary>
    public TimeSpan ReportInterval { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>The process that started this one as a local worker; null when nobody did.</summary>
    public int? ParentProcess { get; init; }

    /// <summary>Whether the process can go on in another role: it has one worker, and nothing else depends on its silo.</summary>
    public bool CanConvert => !IsGateway && Workers.Count == 1;

    public IEnumerable<string> Roles =>
        (IsGateway ? [NodeName.GatewayRole] : Array.Empty<string>()).Concat(Workers.Select(NodeName.Role));
}
