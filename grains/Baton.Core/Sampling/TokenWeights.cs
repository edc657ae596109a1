using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Baton.Core.Numerics;

namespace Baton.Core.Sampling;

/// <summary>
/// Sums over a vocabulary by blocks of tokens, so that a draw looks at one block's tokens only. Always eight numbers
/// side by side: the same sums on every processor, and so the same draws.
/// </summary>
internal sealed class TokenWeights(int vocabularySize)
{
    private const int Block = 256;

    private readonly double[] _sums = new double[(vocabularySize + Block - 1) / Block];

    /// <summary>The sum of all weights.</summary>
    public double Total
    {
        get
        {
            double total = 0;
            foreach (double sum in _sums)
                total += sum;
            return total;
        }
    }

    /// <summary>
    /// Replaces each logit by exp((logit - max) * factor), or by 0 if the logit is below one bound or the weight below
    /// the other.
    /// </summary>
    public void Fill(Span<float> logits, float max, float factor, float leastLogit, float leastWeight)
    {
        for (int block = 0; block < _sums.Length; block++)
            _sums[block] = FillBlock(Of(logits, block), max, factor, leastLogit, leastWeight);
    }

    /// <summary>Replaces weights below the bound by 0.</summary>
    public void Keep(Span<float> weights, float least)
    {
        for (int block = 0; block < _sums.Length; block++)
            _sums[block] = KeepBlock(Of(weights, block), least);
    }

    /// <summary>Replaces one token's weight by 0.</summary>
    public void Drop(Span<float> weights, int token)
    {
        weights[token] = 0;
        _sums[token / Block] = KeepBlock(Of(weights, token / Block), 0);
    }

    /// <summary>
    /// The token at which the sum of weights, in id order, passes the target. With one uniform number for each token,
    /// noise in the logits moves the borders between tokens by as little, and so hardly ever changes the draw.
    /// </summary>
    public int Find(ReadOnlySpan<float> weights, double target)
    {
        double sum = 0;
        int last = 0;
        for (int block = 0; block < _sums.Length; block++)
        {
            if (_sums[block] == 0)
                continue;
            last = block;
            if (sum + _sums[block] > target)
                break;
            sum += _sums[block];
        }

        // Where rounding keeps the sum below the target it is the last token that has any weight.
        int found = last * Block;
        int end = Math.Min(weights.Length, found + Block);
        for (int token = found; token < end; token++)
        {
            if (weights[token] == 0)
                continue;
            sum += weights[token];
            found = token;
            if (sum > target)
                break;
        }

        return found;
    }

    private static Span<float> Of(Span<float> values, int block) =>
        values[(block * Block)..Math.Min(values.Length, (block + 1) * Block)];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double FillBlock(Span<float> logits, float max, float factor, float leastLogit, float leastWeight)
    {
        Vector256<float> sum = Vector256<float>.Zero;
        Span<Vector256<float>> vectors = MemoryMarshal.Cast<float, Vector256<float>>(logits);
        for (int i = 0; i < vectors.Length; i++)
            sum += vectors[i] = Weight(vectors[i], max, factor, leastLogit, leastWeight);
        double rest = 0;
        for (int i = vectors.Length * Vector256<float>.Count; i < logits.Length; i++)
            rest += logits[i] = Weight(Vector256.CreateScalar(logits[i]), max, factor, leastLogit, leastWeight).ToScalar();
        return rest + Vector256.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Weight(Vector256<float> logit, float max, float factor, float leastLogit, float leastWeight)
    {
        Vector256<float> weight = VectorExp.Of((logit - Vector256.Create(max)) * factor);
        return weight
            & Vector256.GreaterThanOrEqual(logit, Vector256.Create(leastLogit))
            & Vector256.GreaterThanOrEqual(weight, Vector256.Create(leastWeight));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double KeepBlock(Span<float> weights, float least)
    {
        Vector256<float> sum = Vector256<float>.Zero;
        Span<Vector256<float>> vectors = MemoryMarshal.Cast<float, Vector256<float>>(weights);
        for (int i = 0; i < vectors.Length; i++)
            sum += vectors[i] &= Vector256.GreaterThanOrEqual(vectors[i], Vector256.Create(least));
        double rest = 0;
        for (int i = vectors.Length * Vector256<float>.Count; i < weights.Length; i++)
            rest += weights[i] = weights[i] >= least ? weights[i] : 0;
        return rest + Vector256.Sum(sum);
    }
}
