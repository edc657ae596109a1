using Baton.Core.Scheduling;

namespace Baton.Core.Sampling;

/// <summary>
/// Draws the next token from logits, in the order in which the field applies its options. Owns its scratch memory:
/// one for each runner thread, not safe for concurrent use.
/// </summary>
public sealed class Sampler
{
    /// <summary>Below this temperature the likeliest token is taken.</summary>
    public const float GreedyBelow = 1e-5f;

    private readonly float[] _raw;
    private readonly LogitPenalties _penalties;
    private readonly LogitFilters _filters;

    public Sampler(int vocabularySize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, 1);
        _raw = new float[vocabularySize];
        _penalties = new LogitPenalties(vocabularySize);
        _filters = new LogitFilters(vocabularySize);
    }

    /// <summary>Draws the token that follows the sequence.</summary>
    /// <param name="logits">One for each token id; overwritten.</param>
    /// <param name="sequence">Whose next token it is: its tokens, its options, its stop rules.</param>
    public SampledToken Sample(Span<float> logits, Sequence sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        ArgumentOutOfRangeException.ThrowIfNotEqual(logits.Length, _raw.Length);
        SamplingOptions options = sequence.Sampling;

        // The model's own distribution is reported, so it is kept before anything changes it.
        if (options.TopLogprobs is not null)
            logits.CopyTo(_raw);
        int token = Draw(logits, sequence, options);
        if (options.TopLogprobs is not { } count)
            return new SampledToken(token, float.NaN, null);

        float logSum = LogitMath.LogSumExp(_raw);
        return new SampledToken(token, _raw[token] - logSum, _filters.Top(_raw, count, logSum));
    }

    private int Draw(Span<float> logits, Sequence sequence, SamplingOptions options)
    {
        _penalties.Apply(logits, sequence);
        if (options.Temperature < GreedyBelow)
            return LogitMath.ArgMax(logits);
        float max = LogitMath.Max(logits);
        if (float.IsNegativeInfinity(max))
            return LogitMath.ArgMax(logits);

        LogitMath.Scale(logits, max, 1 / options.Temperature);
        double total = _filters.Apply(logits, options);
        return Pick(logits, total * SeededChance.Uniform(options.Seed, sequence.Generated));
    }

    /// <summary>
    /// Walks the weights in id order until their sum passes the target. With one uniform number for each token, noise
    /// in the logits moves the borders between tokens by as little, and so hardly ever changes the draw.
    /// </summary>
    private static int Pick(ReadOnlySpan<float> weights, double target)
    {
        double sum = 0;
        int last = 0;
        for (int token = 0; token < weights.Length; token++)
        {
            if (weights[token] == 0)
                continue;
            sum += weights[token];
            last = token;
            if (sum > target)
                break;
        }

        return last;
    }
}
