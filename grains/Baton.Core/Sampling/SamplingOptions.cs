namespace Baton.Core.Sampling;

/// <summary>How tokens are drawn. The defaults change nothing: plain sampling at temperature 1.</summary>
public sealed record SamplingOptions
{
    public static SamplingOptions Greedy { get; } = new() { Temperature = 0 };

    /// <summary>Below 1e-5 the likeliest token is taken and the other filters are off.</summary>
    public float Temperature { get; init; } = 1;

    /// <summary>Keep the k likeliest tokens (and ties with the k-th); 0 is off.</summary>
    public int TopK { get; init; }

    /// <summary>Keep the likeliest tokens whose probabilities reach this sum; 1 is off.</summary>
    public float TopP { get; init; } = 1;

    /// <summary>Drop tokens below this share of the likeliest one's probability; 0 is off.</summary>
    public float MinP { get; init; }

    /// <summary>Over prompt and output tokens: positive logits are divided by it, negative ones multiplied.</summary>
    public float RepetitionPenalty { get; init; } = 1;

    /// <summary>Subtracted for each time the output holds the token.</summary>
    public float FrequencyPenalty { get; init; }

    /// <summary>Subtracted once if the output holds the token.</summary>
    public float PresencePenalty { get; init; }

    /// <summary>
    /// Chance is a pure function of (seed, output index): a draw does not depend on batch mates, and another worker
    /// continues a sequence exactly with no state to ship.
    /// </summary>
    public ulong Seed { get; init; }

    /// <summary>Added to the logits of single tokens; null is none.</summary>
    /// <remarks>Each draw goes over it: as an interface it would allocate an enumerator each time.</remarks>
    public Dictionary<int, float>? LogitBias { get; init; }

    /// <summary>How many likeliest tokens to report beside each drawn one; null reports no log-probability.</summary>
    public int? TopLogprobs { get; init; }
}
