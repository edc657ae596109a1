namespace Baton.Contracts.Sessions;

/// <summary>A step of a session's life.</summary>
/// <param name="At">Wall-clock time at the gateway.</param>
/// <param name="State">The state entered.</param>
/// <param name="Worker">The worker concerned, if one is.</param>
/// <param name="Reason">Why.</param>
[GenerateSerializer, Immutable, Alias("baton.TimelineEntry")]
public sealed record TimelineEntry(DateTimeOffset At, string State, string? Worker, string? Reason);

/// <summary>A worker that routing looked at.</summary>
[GenerateSerializer, Immutable, Alias("baton.CandidateView")]
public sealed record CandidateView(string Worker, double? Score, string Why);

/// <summary>A session as operators see it; holds no prompt and no text.</summary>
[GenerateSerializer, Immutable, Alias("baton.SessionView")]
public sealed record SessionView
{
    [Id(0)] public required string Id { get; init; }

    [Id(1)] public required string State { get; init; }

    [Id(2)] public required int Epoch { get; init; }

    [Id(3)] public required bool Disaggregated { get; init; }

    [Id(4)] public string? PrefillWorker { get; init; }

    [Id(5)] public string? DecodeWorker { get; init; }

    [Id(6)] public required TimelineEntry[] Timeline { get; init; }

    [Id(7)] public required CandidateView[] Candidates { get; init; }

    [Id(8)] public required int Choices { get; init; }

    [Id(9)] public required int PromptTokens { get; init; }

    [Id(10)] public required int OutputTokens { get; init; }
}
