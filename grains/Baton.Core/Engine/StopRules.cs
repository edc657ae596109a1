namespace Baton.Core.Engine;

/// <summary>When the engine ends a sequence. Stop strings are the session's: they need text.</summary>
public sealed record StopRules
{
    /// <summary>Most tokens to generate, over all attempts together.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>No end token or stop token is drawn before this many tokens.</summary>
    public int MinTokens { get; init; }

    /// <summary>The model's own end tokens.</summary>
    public int[] EndTokens { get; init; } = [];

    /// <summary>End tokens of the request.</summary>
    public int[] StopTokens { get; init; } = [];

    /// <summary>Go on past <see cref="EndTokens"/>.</summary>
    public bool IgnoreEnd { get; init; }
}
