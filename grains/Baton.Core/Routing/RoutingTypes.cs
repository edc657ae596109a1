using Baton.Core.Costs;
using Baton.Core.Engine;

namespace Baton.Core.Routing;

/// <summary>When prefill runs on another worker than decode.</summary>
public enum DisaggregationMode
{
    /// <summary>When a prefill worker lives outside the decode worker's process.</summary>
    Auto,

    /// <summary>Always; without a prefill worker there is no route.</summary>
    Always,

    /// <summary>Never: decode workers prefill themselves.</summary>
    Never,
}

/// <summary>A worker at the moment of a decision.</summary>
public sealed record WorkerSnapshot
{
    public required string Name { get; init; }

    public required long Incarnation { get; init; }

    public required bool IsPrefill { get; init; }

    /// <summary>Workers of equal silo share a process and a device.</summary>
    public required string Silo { get; init; }

    public required string Host { get; init; }

    public required string Model { get; init; }

    public required string Fingerprint { get; init; }

    public required int BlockTokens { get; init; }

    public required int MaxSequences { get; init; }

    /// <summary>Most tokens of its steps.</summary>
    public int StepTokens { get; init; } = 512;

    /// <summary>What its steps cost.</summary>
    public WorkerProfile Profile { get; init; } = PublishedProfiles.Instant;

    public required EngineLoad Load { get; init; }

    /// <summary>Why it takes nothing new (draining, silent, dead); null when it does.</summary>
    public string? Unavailable { get; init; }

    /// <summary>Prompt tokens sent to it since its load was measured.</summary>
    public int PendingTokens { get; init; }

    /// <summary>Sequences sent to it since its load was measured.</summary>
    public int PendingSequences { get; init; }
}

/// <summary>What is to be placed.</summary>
/// <param name="Model">The model asked for.</param>
/// <param name="Tokens">Positions to prefill.</param>
/// <param name="MaxTokens">Positions at the end, at most.</param>
/// <param name="Mode">When to disaggregate.</param>
/// <param name="Avoid">Workers that just failed this request; taken only if there is no other.</param>
public sealed record RouteRequest(
    string Model, int Tokens, int MaxTokens, DisaggregationMode Mode, IReadOnlySet<string> Avoid);

/// <summary>A worker that was looked at.</summary>
/// <param name="Worker">Which.</param>
/// <param name="Score">Higher is better; null when it was filtered out.</param>
/// <param name="Why">The parts of the score, or the filter.</param>
public sealed record Candidate(string Worker, double? Score, string Why);

/// <summary>Why there is no route.</summary>
public enum RouteRefusal
{
    None,

    /// <summary>A phase has no worker that takes requests: wait, then 503.</summary>
    NoWorker,

    /// <summary>The request is larger than the whole pool of every worker: it can never run.</summary>
    TooLarge,
}

/// <summary>A routing decision with its reasons.</summary>
/// <param name="Refusal">None when there is a route.</param>
/// <param name="Decode">Who decodes.</param>
/// <param name="Prefill">Who prefills; null when the decode worker does.</param>
/// <param name="Candidates">Every worker that was looked at, best first within a phase.</param>
/// <param name="Reason">One line for people.</param>
public sealed record RoutePlan(
    RouteRefusal Refusal,
    WorkerSnapshot? Decode,
    WorkerSnapshot? Prefill,
    IReadOnlyList<Candidate> Candidates,
    string Reason);
