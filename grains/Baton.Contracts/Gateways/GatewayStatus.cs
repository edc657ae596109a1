using Baton.Contracts.Planning;
using Baton.Core.Planning;

namespace Baton.Contracts.Gateways;

/// <summary>What gateways tell each other.</summary>
[GenerateSerializer, Immutable, Alias("baton.GatewayStatus")]
public sealed record GatewayStatus
{
    [Id(0)] public required string Name { get; init; }

    [Id(1)] public required string Silo { get; init; }

    [Id(2)] public required int ProcessId { get; init; }

    /// <summary>Where it serves HTTP.</summary>
    [Id(3)] public required string Url { get; init; }

    [Id(4)] public required int ActiveSessions { get; init; }

    /// <summary>Requests admitted since its start.</summary>
    [Id(5)] public required long Requests { get; init; }

    /// <summary>Sequences prefilled again after a failure, since its start.</summary>
    [Id(6)] public required long Recomputes { get; init; }

    [Id(7)] public required long Sequence { get; init; }

    /// <summary>Sequences moved with their KV, since its start.</summary>
    [Id(8)] public required long Migrations { get; init; }

    /// <summary>What it was asked for since its start.</summary>
    [Id(9)] public TrafficCounts Traffic { get; init; }

    /// <summary>Sequences that wait because a phase has no worker.</summary>
    [Id(10)] public int Unplaced { get; init; }

    /// <summary>What it can start workers with; null when it cannot.</summary>
    [Id(11)] public string? Driver { get; init; }

    /// <summary>The workers that its driver has ordered.</summary>
    [Id(12)] public OrderedWorker[] Ordered { get; init; } = [];

    /// <summary>Whether its driver can have a worker change its role in place.</summary>
    [Id(13)] public bool CanConvert { get; init; }
}
