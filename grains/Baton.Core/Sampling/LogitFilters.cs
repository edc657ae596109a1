namespace Baton.Core.Sampling;

/// <summary>
/// Keeps the likely tokens: min-p, then top-k, then top-p over what is left. Works on logits whose largest is 0 and
/// turns them into weights, 0 where dropped.
/// </summary>
internal sealed class LogitFilters(int vocabularySize)
{
    private readonly ulong[] _keys = new ulong[vocabularySize];

    /// <summary>Filters; returns the sum of the weights, in id order.</summary>
    public double Apply(Span<float> logits, SamplingOptions options)
    {
        if (options.MinP > 0)
            Drop(logits, below: MathF.Log(options.MinP));
        if (options.TopK > 0 && options.TopK < logits.Length)
            Drop(logits, below: RankedLogit.Value(_keys[SelectTop(logits, options.TopK) - 1]));
        LogitMath.Exp(logits);
        double total = LogitMath.Sum(logits);
        return options.TopP < 1 ? KeepTopP(logits, options.TopP, total) : total;
    }

    /// <summary>The likeliest tokens, best first, the lower id first where equal.</summary>
    public TokenLogprob[] Top(ReadOnlySpan<float> logits, int count, float logSum)
    {
        count = Math.Min(count, logits.Length);
        if (count <= 0)
            return [];
        var top = new TokenLogprob[SelectTop(logits, count)];
        for (int i = 0; i < top.Length; i++)
            top[i] = new TokenLogprob(RankedLogit.Token(_keys[i]), RankedLogit.Value(_keys[i]) - logSum);
        return top;
    }

    private static void Drop(Span<float> logits, float below)
    {
        for (int i = 0; i < logits.Length; i++)
        {
            if (logits[i] < below)
                logits[i] = float.NegativeInfinity;
        }
    }

    /// <summary>
    /// Puts the k best, best first, at the start of the keys. A pass fills the rest of the buffer with whatever beats
    /// the k-th of the latest sort, so a whole vocabulary costs a scan and a few small sorts.
    /// </summary>
    private int SelectTop(ReadOnlySpan<float> logits, int k)
    {
        int capacity = (int)Math.Min(_keys.Length, Math.Max(64L, 2L * k));
        int count = 0;
        ulong bar = 0;
        for (int token = 0; token < logits.Length; token++)
        {
            ulong key = RankedLogit.Of(logits[token], token);
            if (key <= bar)
                continue;
            if (count == capacity)
            {
                SortDescending(count);
                count = k;
                bar = _keys[k - 1];
                if (key <= bar)
                    continue;
            }

            _keys[count++] = key;
        }

        SortDescending(count);
        return Math.Min(count, k);
    }

    /// <summary>Keeps the likeliest tokens until those before one have the share p already.</summary>
    private double KeepTopP(Span<float> weights, float p, double total)
    {
        // All weights up to this one together are at most 1 - p of the total, so none of them is kept. It spares
        // sorting the whole vocabulary.
        double negligible = (1 - (double)p) * total / weights.Length;
        int count = 0;
        for (int token = 0; token < weights.Length; token++)
        {
            if (weights[token] > negligible)
                _keys[count++] = RankedLogit.Of(weights[token], token);
            else
                weights[token] = 0;
        }

        SortDescending(count);
        double before = 0;
        int kept = 0;
        while (kept < count && (kept == 0 || before < p * total))
            before += RankedLogit.Value(_keys[kept++]);
        for (int i = kept; i < count; i++)
            weights[RankedLogit.Token(_keys[i])] = 0;
        return LogitMath.Sum(weights);
    }

    private void SortDescending(int count)
    {
        Span<ulong> keys = _keys.AsSpan(0, count);
        keys.Sort();
        keys.Reverse();
    }
}
