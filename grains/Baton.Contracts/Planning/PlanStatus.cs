namespace Baton.Contracts.Planning;

/// <summary>What the planner tells every gateway: where it stands, so that another can go on from there.</summary>
[GenerateSerializer, Immutable, Alias("baton.PlanStatus")]
public sealed record PlanStatus
{
    /// <summary>The gateway that it runs on.</summary>
    [Id(0)] public required GatewayId By { get; init; }

    /// <summary>Grows with every report of a planner.</summary>
    [Id(1)] public required long Sequence { get; init; }

    [Id(2)] public required PlanMode Mode { get; init; }

    /// <summary>Workers wanted; where nobody decides, those that are there.</summary>
    [Id(3)] public required int Prefill { get; init; }

    [Id(4)] public required int Decode { get; init; }

    /// <summary>The latest decisions, newest last.</summary>
    [Id(5)] public required Decision[] Decisions { get; init; }
}
