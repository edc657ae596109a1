using Baton.Core.Costs;
using Baton.Core.Engine;

namespace Baton.Contracts.Workers;

/// <summary>Where a worker is in its life.</summary>
public enum WorkerState
{
    Starting,
    Ready,

    /// <summary>Finishes what it has; takes nothing new.</summary>
    Draining,
    Dead,
}

/// <summary>What a worker tells every gateway a few times a second.</summary>
[GenerateSerializer, Immutable, Alias("baton.WorkerStatus")]
public sealed record WorkerStatus
{
    [Id(0)] public required WorkerId Id { get; init; }

    [Id(1)] public required WorkerRole Role { get; init; }

    [Id(2)] public required WorkerState State { get; init; }

    [Id(3)] public required int ProcessId { get; init; }

    [Id(4)] public required string Host { get; init; }

    /// <summary>The silo that it lives in; workers of one silo share a process.</summary>
    [Id(5)] public required string Silo { get; init; }

    [Id(6)] public required string Device { get; init; }

    [Id(7)] public required EngineLoad Load { get; init; }

    /// <summary>Most sequences that it runs at once.</summary>
    [Id(8)] public required int MaxSequences { get; init; }

    /// <summary><see cref="ModelInfo.Id"/>; routing keeps models apart.</summary>
    [Id(9)] public required string Model { get; init; }

    /// <summary><see cref="KvLayout.Fingerprint"/>; a pair of workers hands over only if theirs are equal.</summary>
    [Id(10)] public required string Fingerprint { get; init; }

    [Id(11)] public required int BlockTokens { get; init; }

    [Id(12)] public required WorkerTotals Totals { get; init; }

    /// <summary>Grows with every report of an incarnation, so that a late one cannot undo a newer.</summary>
    [Id(13)] public required long Sequence { get; init; }

    /// <summary>What its steps cost, as measured so far.</summary>
    [Id(14)] public required WorkerProfile Profile { get; init; }

    /// <summary>Most tokens of its steps.</summary>
    [Id(15)] public required int StepTokens { get; init; }

    /// <summary>When it became ready.</summary>
    [Id(16)] public required DateTimeOffset ReadyAt { get; init; }
}

/// <summary>Counts since the worker's start; they only grow.</summary>
[GenerateSerializer, Immutable, Alias("baton.WorkerTotals")]
public readonly record struct WorkerTotals(long Tokens, long Handoffs, long HandoffBytes, long Refused, long LeasesExpired);
