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
    private readonly TopTokens _ranking;
    private readonly TokenWeights _weights;
    private readonly Nucleus _nucleus;

    public Sampler(int vocabularySize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, 1);
        _raw = new float[vocabularySize];
        _penalties = new LogitPenalties(vocabularySize);
        _ranking = new TopTokens(vocabularySize);
        _weights = new TokenWeights(vocabularySize);
        _nucleus = new Nucleus(vocabularySize);
    }

    /// <summary>Draws the token that follows the sequence.</summary>
    /// <param name="logits">One for each token id; overwritten.</param>
    /// <param name="sequence">Whose next token it is: its tokens, its options, its stop rules.</param>
    /// <returns><see cref="SampledToken.None"/> where the logits are not numbers, or every token is ruled out.</returns>
    public SampledToken Sample(Span<float> logits, Sequence sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        ArgumentOutOfRangeException.ThrowIfNotEqual(logits.Length, _raw.Length);
        SamplingOptions options = sequence.Sampling;

        // The model's own distribution is reported, so it is kept before anything changes it.
        if (options.TopLogprobs is not null)
            logits.CopyTo(_raw);
        if (Draw(logits, sequence, options) is not { } token)
            return SampledToken.None;
        if (options.TopLogprobs is not { } count)
            return new SampledToken(token, float.NaN, null);

        float logSum = LogitMath.LogSumExp(_raw);
        return new SampledToken(token, _raw[token] - logSum, _ranking.Top(_raw, count, logSum));
    }

    private int? Draw(Span<float> logits, Sequence sequence, SamplingOptions options)
    {
        _penalties.Apply(logits, sequence);

        // One look at the largest also says whether the logits are of any use.
        float max = LogitMath.Max(logits);
        if (!float.IsFinite(max))
            return null;
        if (options.Temperature < GreedyBelow)
            return LogitMath.IndexOf(logits, max);

        float least = options.TopK > 0 && options.TopK < logits.Length
            ? _ranking.Least(logits, options.TopK)
            : float.NegativeInfinity;
        _weights.Fill(logits, max, 1 / options.Temperature, least, options.MinP);
        if (options.TopP < 1)
            _nucleus.Keep(logits, _weights, options.TopP);
        return _weights.Find(logits, _weights.Total * SeededChance.Uniform(options.Seed, sequence.Generated));
    }
}
