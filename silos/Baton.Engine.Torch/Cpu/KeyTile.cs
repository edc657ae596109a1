using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Baton.Engine.Torch.Cpu;

/// <summary>
/// Scores of a few queries against a block's keys. The keys are turned first, so that neighbouring positions are neighbours in
/// a register and no sum goes across one: heads are too narrow for that. A score is summed dimension by dimension, whatever is
/// computed beside it.
/// </summary>
internal static unsafe class KeyTile
{
    private const int Lanes = 8;
    private const int Tokens = TorchModel.BlockTokens;
    private const int Rows = 6;

    /// <summary>[token, width] to [width, token].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Turn(float* keys, int width, float* turned)
    {
        var d = 0;
        if (Avx.IsSupported)
        {
            for (; d + Lanes <= width; d += Lanes)
            {
                TurnEight(keys + d, width, turned + (d * Tokens));
                TurnEight(keys + (Lanes * width) + d, width, turned + (d * Tokens) + Lanes);
            }
        }

        for (; d < width; d++)
        {
            for (var t = 0; t < Tokens; t++)
                turned[(d * Tokens) + t] = keys[(t * width) + d];
        }
    }

    /// <summary>Scores of all positions of the block.</summary>
    /// <param name="queries">[rows, width], without a gap.</param>
    /// <param name="rows">Queries.</param>
    /// <param name="turned">[width, token].</param>
    /// <param name="width">Elements of a key.</param>
    /// <param name="scores">[rows, token], <paramref name="stride"/> apart.</param>
    /// <param name="stride">From one row to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Score(float* queries, int rows, float* turned, int width, float* scores, int stride)
    {
        var r = 0;
        for (; r + Rows <= rows; r += Rows)
            Six(queries + (r * width), turned, width, scores + ((long)r * stride), stride);
        for (; r < rows; r++)
            One(queries + (r * width), turned, width, scores + ((long)r * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Six(float* q, float* turned, int width, float* scores, int stride)
    {
        float* q1 = q + width, q2 = q1 + width, q3 = q2 + width, q4 = q3 + width, q5 = q4 + width;
        Vector256<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default;
        Vector256<float> d0 = default, d1 = default, e0 = default, e1 = default, f0 = default, f1 = default;
        for (nint i = 0; i < width; i++, turned += Tokens)
        {
            Vector256<float> k0 = Vector256.Load(turned), k1 = Vector256.Load(turned + Lanes);
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
    private static void One(float* q, float* turned, int width, float* scores)
    {
        Vector256<float> a = default, b = default;
        for (nint i = 0; i < width; i++, turned += Tokens)
        {
            var x = Vector256.Create(q[i]);
            a = Vector256.FusedMultiplyAdd(x, Vector256.Load(turned), a);
            b = Vector256.FusedMultiplyAdd(x, Vector256.Load(turned + Lanes), b);
        }

        Store(a, b, scores);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> a, Vector256<float> b, float* scores)
    {
        a.Store(scores);
        b.Store(scores + Lanes);
    }

    // Eight rows of eight: pairs, fours, halves.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TurnEight(float* from, int stride, float* to)
    {
        Vector256<float> r0 = Vector256.Load(from), r1 = Vector256.Load(from + stride);
        Vector256<float> r2 = Vector256.Load(from + (2 * stride)), r3 = Vector256.Load(from + (3 * stride));
        Vector256<float> r4 = Vector256.Load(from + (4 * stride)), r5 = Vector256.Load(from + (5 * stride));
        Vector256<float> r6 = Vector256.Load(from + (6 * stride)), r7 = Vector256.Load(from + (7 * stride));
        Vector256<float> p0 = Avx.UnpackLow(r0, r1), p1 = Avx.UnpackHigh(r0, r1), p2 = Avx.UnpackLow(r2, r3), p3 = Avx.UnpackHigh(r2, r3);
        Vector256<float> p4 = Avx.UnpackLow(r4, r5), p5 = Avx.UnpackHigh(r4, r5), p6 = Avx.UnpackLow(r6, r7), p7 = Avx.UnpackHigh(r6, r7);
        r0 = Avx.Shuffle(p0, p2, 0x44);
        r1 = Avx.Shuffle(p0, p2, 0xEE);
        r2 = Avx.Shuffle(p1, p3, 0x44);
        r3 = Avx.Shuffle(p1, p3, 0xEE);
        r4 = Avx.Shuffle(p4, p6, 0x44);
        r5 = Avx.Shuffle(p4, p6, 0xEE);
        r6 = Avx.Shuffle(p5, p7, 0x44);
        r7 = Avx.Shuffle(p5, p7, 0xEE);
        Avx.Permute2x128(r0, r4, 0x20).Store(to);
        Avx.Permute2x128(r1, r5, 0x20).Store(to + Tokens);
        Avx.Permute2x128(r2, r6, 0x20).Store(to + (2 * Tokens));
        Avx.Permute2x128(r3, r7, 0x20).Store(to + (3 * Tokens));
        Avx.Permute2x128(r0, r4, 0x31).Store(to + (4 * Tokens));
        Avx.Permute2x128(r1, r5, 0x31).Store(to + (5 * Tokens));
        Avx.Permute2x128(r2, r6, 0x31).Store(to + (6 * Tokens));
        Avx.Permute2x128(r3, r7, 0x31).Store(to + (7 * Tokens));
    }
}
