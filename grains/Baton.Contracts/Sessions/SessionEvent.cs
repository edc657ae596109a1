using Baton.Core.Sampling;

namespace Baton.Contracts.Sessions;

/// <summary>What an entry of a session's log is.</summary>
public enum SessionEventKind
{
    /// <summary>A token of a choice.</summary>
    Token,

    /// <summary>The end of a choice.</summary>
    Finish,

    /// <summary>The end of the session without a result: failed or cancelled. Nothing follows.</summary>
    Error,
}

/// <summary>
/// An entry of a session's log. Numbered from 0 without a gap, the same on every reading. The log ends after the last
/// choice's <see cref="SessionEventKind.Finish"/>, or with an <see cref="SessionEventKind.Error"/>.
/// </summary>
[GenerateSerializer, Immutable, Alias("baton.SessionEvent")]
public sealed record SessionEvent
{
    [Id(0)] public required int Index { get; init; }

    [Id(1)] public required SessionEventKind Kind { get; init; }

    [Id(2)] public required int Choice { get; init; }

    /// <summary>The token's id.</summary>
    [Id(3)] public int Token { get; init; }

    /// <summary>The text that becomes final with this entry; may be empty. At a finish: what was held back.</summary>
    [Id(4)] public string Text { get; init; } = "";

    /// <summary>Natural-log probability of the token; NaN when none was asked for.</summary>
    [Id(5)] public float Logprob { get; init; } = float.NaN;

    [Id(6)] public TokenLogprob[]? Top { get; init; }

    /// <summary>At a finish: "stop" or "length". At an error: its code, "cancelled" or another.</summary>
    [Id(7)] public string? Reason { get; init; }

    /// <summary>At an error: a sentence for people.</summary>
    [Id(8)] public string? Message { get; init; }

    /// <summary>At a finish: the stop string or stop token that ended the choice, if one did.</summary>
    [Id(9)] public string? StoppedBy { get; init; }

    /// <summary>At a finish: prompt tokens of the choice that a prefix cache already held.</summary>
    [Id(10)] public int CachedTokens { get; init; }
}
