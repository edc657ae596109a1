using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Baton.Engine.Torch.Cpu;

/// <summary>
/// Scores of a few queries against the keys of a few blocks, [width, token] each. A score is summed dimension by dimension,
/// whatever is computed beside it.
/// </summary>
/// <remarks>
/// One product waits for the one before it, so as many sums as fill the time go on beside each other: those of six queries,
/// or of one query in four blocks.
/// </remarks>
internal static unsafe class KeyTile<TNumber>
    where TNumber : IKvNumber
{
    /// <summary>Blocks that <see cref="Score"/> takes at once.</summary>
    public const int Blocks = 4;

    private const int Lanes = 8;
    private const int Tokens = TorchModel.BlockTokens;
    private const int Rows = 6;

    private static int KeyBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Tokens * TNumber.Bytes;
    }

    private static int Upper
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Lanes * TNumber.Bytes;
    }

    /// <summary>Scores of all positions of up to <see cref="Blocks"/> neighbouring blocks.</summary>
    /// <param name="queries">[rows, width], without a gap.</param>
    /// <param name="rows">Queries.</param>
    /// <param name="keys">Each block's keys.</param>
    /// <param name="blocks">How many.</param>
    /// <param name="width">Elements of a key.</param>
    /// <param name="scores">[rows, blocks, token], rows <paramref name="stride"/> apart.</param>
    /// <param name="stride">From one row to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Score(float* queries, int rows, byte** keys, int blocks, int width, float* scores, int stride)
    {
        var r = 0;
        for (; r + Rows <= rows; r += Rows)
        {
            for (var b = 0; b < blocks; b++)
                Six(queries + (r * width), keys[b], width, scores + ((long)r * stride) + (b * Tokens), stride);
        }

        for (; r < rows; r++)
        {
            var to = scores + ((long)r * stride);
            if (blocks == Blocks)
            {
                FourBlocks(queries + (r * width), keys, width, to);
                continue;
            }

            for (var b = 0; b < blocks; b++)
                One(queries + (r * width), keys[b], width, to + (b * Tokens));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Six(float* q, byte* keys, int width, float* scores, int stride)
    {
        float* q1 = q + width, q2 = q1 + width, q3 = q2 + width, q4 = q3 + width, q5 = q4 + width;
        Vector256<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default;
        Vector256<float> d0 = default, d1 = default, e0 = default, e1 = default, f0 = default, f1 = default;
        for (nint i = 0; i < width; i++, keys += KeyBytes)
        {
            Vector256<float> k0 = TNumber.Eight(keys), k1 = TNumber.Eight(keys + Upper);
            var x = Vector256.Create(q[i]);
            a0 = Vector256.FusedMultiplyAdd(x, k0, a0);
            a1 = Vector256.FusedMultiplyAdd(x, k1, a1);
            x = Vector256.Create(q1[i]);
            b0 = Vector256.FusedMultiplyAdd(x, k0, b0);
            b1 = Vector256.FusedMultiplyAdd(x, k1, b1);
            x = Vector256.Create(q2[i]);
            c0 = Vector256.FusedMultiplyAdd(x, k0, c0);
            c1 = Vector256.FusedMultiplyAdd(x, k1, c1);
            x = Vector256.Create(q3[i]);
            d0 = Vector256.FusedMultiplyAdd(x, k0, d0);
            d1 = Vector256.FusedMultiplyAdd(x, k1, d1);
            x = Vector256.Create(q4[i]);
            e0 = Vector256.FusedMultiplyAdd(x, k0, e0);
            e1 = Vector256.FusedMultiplyAdd(x, k1, e1);
            x = Vector256.Create(q5[i]);
            f0 = Vector256.FusedMultiplyAdd(x, k0, f0);
            f1 = Vector256.FusedMultiplyAdd(x, k1, f1);
        }

        Store(a0, a1, scores);
        Store(b0, b1, scores + stride);
        Store(c0, c1, scores + (2L * stride));
        Store(d0, d1, scores + (3L * stride));
        Store(e0, e1, scores + (4L * stride));
        Store(f0, f1, scores + (5L * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourBlocks(float* q, byte** keys, int width, float* scores)
    {
        byte* k0 = keys[0], k1 = keys[1], k2 = keys[2], k3 = keys[3];
        Vector256<float> a0 = default, a1 = default, b0 = default, b1 = default;
        Vector256<float> c0 = default, c1 = default, d0 = default, d1 = default;
        nint at = 0;
        for (nint i = 0; i < width; i++, at += KeyBytes)
        {
            var x = Vector256.Create(q[i]);
            a0 = Vector256.FusedMultiplyAdd(x, TNumber.Eight(k0 + at), a0);
            a1 = Vector256.FusedMultiplyAdd(x, TNumber.Eight(k0 + at + Upper), a1);
            b0 = Vector256.FusedMultiplyAdd(x, TNumber.Eight(k1 + at), b0);
            b1 = Vector256.FusedMultiplyAdd(x, TNumber.Eight(k1 + at + Upper), b1);
            c0 = Vector256.FusedMultiplyAdd(x, TNumber.Eight(k2 + at), c0);
            c1 = Vector256.FusedMultiplyAdd(x, TNumber.Eight(k2 + at + Upper), c1);
            d0 = Vector256.FusedMultiplyAdd(x, TNumber.Eight(k3 + at), d0);
            d1 = Vector256.FusedMultiplyAdd(x, TNumber.Eight(k3 + at + Upper), d1);
        }

        Store(a0, a1, scores);
        Store(b0, b1, scores + Tokens);
        Store(c0, c1, scores + (2 * Tokens));
        Store(d0, d1, scores + (3 * Tokens));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One(float* q, byte* keys, int width, float* scores)
    {
        Vector256<float> a = default, b = default;
        for (nint i = 0; i < width; i++, keys += KeyBytes)
        {
            var x = Vector256.Create(q[i]);
            a = Vector256.FusedMultiplyAdd(x, TNumber.Eight(keys), a);
            b = Vector256.FusedMultiplyAdd(x, TNumber.Eight(keys + Upper), b);
        }

        Store(a, b, scores);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> a, Vector256<float> b, float* scores)
    {
        a.Store(scores);
        b.Store(scores + Lanes);
    }
}
