using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Baton.Core.Sampling;

/// <summary>The likeliest tokens of a vocabulary.</summary>
internal sealed class TopTokens(int vocabularySize)
{
    private readonly ulong[] _keys = new ulong[vocabularySize];

    /// <summary>The k-th largest logit.</summary>
    public float Least(ReadOnlySpan<float> logits, int k) =>
        Select(logits, k) is > 0 and int found ? RankedLogit.Value(_keys[found - 1]) : float.NegativeInfinity;

    /// <summary>The likeliest tokens, best first, the lower id first where equal.</summary>
    public TokenLogprob[] Top(ReadOnlySpan<float> logits, int count, float logSum)
    {
        count = Math.Min(count, logits.Length);
        if (count <= 0)
            return [];
        var top = new TokenLogprob[Select(logits, count)];
        for (int i = 0; i < top.Length; i++)
            top[i] = new TokenLogprob(RankedLogit.Token(_keys[i]), RankedLogit.Value(_keys[i]) - logSum);
        return top;
    }

    /// <summary>
    /// Puts the k best, best first, at the start of the keys. A pass fills the rest of the buffer with whatever beats
    /// the k-th of the latest sort, so a whole vocabulary costs a scan and a few small sorts.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Select(ReadOnlySpan<float> logits, int k)
    {
        int capacity = (int)Math.Min(_keys.Length, Math.Max(64L, 2L * k));
        int count = 0;
        float bar = float.NegativeInfinity;
        ReadOnlySpan<Vector256<float>> vectors = MemoryMarshal.Cast<float, Vector256<float>>(logits);
        for (int i = 0; i < vectors.Length; i++)
        {
            if (!Vector256.GreaterThanOrEqualAny(vectors[i], Vector256.Create(bar)))
                continue;
            int first = i * Vector256<float>.Count;
            for (int token = first; token < first + Vector256<float>.Count; token++)
                Take(logits[token], token, k, capacity, ref count, ref bar);
        }

        for (int token = vectors.Length * Vector256<float>.Count; token < logits.Length; token++)
            Take(logits[token], token, k, capacity, ref count, ref bar);
        SortDescending(count);
        return Math.Min(count, k);
    }

    // Of two equal ones the earlier stays, so what only equals the k-th comes too late.
    private void Take(float logit, int token, int k, int capacity, ref int count, ref float bar)
    {
        if (count >= k && logit <= bar)
            return;
        if (count == capacity)
        {
            SortDescending(count);
            count = k;
            bar = RankedLogit.Value(_keys[k - 1]);
            if (logit <= bar)
                return;
        }

        _keys[count++] = RankedLogit.Of(logit, token);
    }

    private void SortDescending(int count)
    {
        Span<ulong> keys = _keys.AsSpan(0, count);
        keys.Sort();
        keys.Reverse();
    }
}
