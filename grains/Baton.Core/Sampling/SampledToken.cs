namespace Baton.Core.Sampling;

/// <summary>A token and its natural-log probability under the model's own distribution, before any filter.</summary>
public readonly record struct TokenLogprob(int Token, float Logprob);

/// <summary>A drawn token.</summary>
/// <param name="Token">Its id.</param>
/// <param name="Logprob">Its natural-log probability; NaN when the request asked for none.</param>
/// <param name="Top">The likeliest tokens, best first; null when the request asked for none.</param>
public readonly record struct SampledToken(int Token, float Logprob, TokenLogprob[]? Top)
{
    /// <summary>Nothing could be drawn: no logit says which token is the likeliest.</summary>
    public static SampledToken None { get; } = new(-1, float.NaN, null);

    public bool IsNone => Token < 0;
}
