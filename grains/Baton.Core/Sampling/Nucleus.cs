namespace Baton.Core.Sampling;

/// <summary>
/// The likeliest tokens that together have a share of the probability (top-p, Holtzman et al. 2020). Found by a histogram
/// of the weights, so that only the tokens about the border are sorted.
/// </summary>
internal sealed class Nucleus(int vocabularySize)
{
    // Weights of a bucket differ by a 32nd at most. The largest weight is 1.
    private const int Shift = 18;
    private static readonly int Last = Bucket(1);

    private readonly double[] _sums = new double[Last + 1];
    private readonly ulong[] _border = new ulong[vocabularySize];

    /// <summary>Keeps the likeliest tokens until those before one have the share already; the best always.</summary>
    /// <param name="weights">From 0 to 1.</param>
    /// <param name="sums">Of these weights.</param>
    /// <param name="share">Of the total.</param>
    public void Keep(Span<float> weights, TokenWeights sums, float share)
    {
        double total = sums.Total;
        double target = share * total;

        // All weights up to this one together are at most the rest of the total, so none of them is kept.
        float negligible = (float)((1 - (double)share) * total / weights.Length);
        int bucket = BorderBucket(weights, negligible, target, out double before);
        int count = Collect(weights, bucket, negligible);
        int kept = 0;
        while (kept < count && (kept == 0 || before < target))
            before += RankedLogit.Value(_border[kept++]);
        if (kept == 0)
            return;
        float least = RankedLogit.Value(_border[kept - 1]);
        sums.Keep(weights, least);
        for (int i = kept; i < count && RankedLogit.Value(_border[i]) == least; i++)
            sums.Drop(weights, RankedLogit.Token(_border[i]));
    }

    /// <summary>The bucket in which the sum, from the largest weights down, reaches the target.</summary>
    private int BorderBucket(ReadOnlySpan<float> weights, float negligible, double target, out double before)
    {
        Array.Clear(_sums);
        int lowest = Last;
        foreach (float weight in weights)
        {
            if (weight <= negligible)
                continue;
            int bucket = Bucket(weight);
            _sums[bucket] += weight;
            lowest = Math.Min(lowest, bucket);
        }

        before = 0;
        int border = Last;
        while (border > lowest && (_sums[border] == 0 || before + _sums[border] < target))
            before += _sums[border--];
        return border;
    }

    private int Collect(ReadOnlySpan<float> weights, int bucket, float negligible)
    {
        int count = 0;
        for (int token = 0; token < weights.Length; token++)
        {
            if (weights[token] > negligible && Bucket(weights[token]) == bucket)
                _border[count++] = RankedLogit.Of(weights[token], token);
        }

        Span<ulong> border = _border.AsSpan(0, count);
        border.Sort();
        border.Reverse();
        return count;
    }

    private static int Bucket(float weight) => (int)(BitConverter.SingleToUInt32Bits(Math.Min(weight, 1)) >> Shift);
}
