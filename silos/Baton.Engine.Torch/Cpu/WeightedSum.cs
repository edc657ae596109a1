using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Baton.Engine.Torch.Cpu;

/// <summary>
/// Sums of a block's values by the weights of a few queries, added to what earlier blocks gave. Position after position, so
/// a query's sum does not depend on those beside it.
/// </summary>
internal static unsafe class WeightedSum<TNumber>
    where TNumber : IKvNumber
{
    private const int Lanes = 8;
    private const int Rows = 4;

    /// <param name="weights">[rows, positions], <paramref name="weightStride"/> apart.</param>
    /// <param name="weightStride">From one row to the next.</param>
    /// <param name="rows">Queries.</param>
    /// <param name="values">[positions, width], without a gap.</param>
    /// <param name="positions">Positions.</param>
    /// <param name="width">Elements of a value.</param>
    /// <param name="y">[rows, width], without a gap.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* weights, int weightStride, int rows, byte* values, int positions, int width, float* y)
    {
        var r = 0;
        for (; r + Rows <= rows; r += Rows)
            Four(weights + ((long)r * weightStride), weightStride, values, positions, width, y + ((long)r * width));
        for (; r < rows; r++)
            Columns(weights + ((long)r * weightStride), values, positions, width, y + ((long)r * width), 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four(float* weights, int stride, byte* values, int positions, int width, float* y)
    {
        float* p1 = weights + stride, p2 = p1 + stride, p3 = p2 + stride;
        float* y1 = y + width, y2 = y1 + width, y3 = y2 + width;
        var valueBytes = width * TNumber.Bytes;
        var i = 0;
        for (; i + (2 * Lanes) <= width; i += 2 * Lanes)
        {
            Vector256<float> a0 = Vector256.Load(y + i), a1 = Vector256.Load(y + i + Lanes);
            Vector256<float> b0 = Vector256.Load(y1 + i), b1 = Vector256.Load(y1 + i + Lanes);
            Vector256<float> c0 = Vector256.Load(y2 + i), c1 = Vector256.Load(y2 + i + Lanes);
            Vector256<float> d0 = Vector256.Load(y3 + i), d1 = Vector256.Load(y3 + i + Lanes);
            var value = values + (i * TNumber.Bytes);
            for (var t = 0; t < positions; t++, value += valueBytes)
            {
                Vector256<float> v0 = TNumber.Eight(value), v1 = TNumber.Eight(value + (Lanes * TNumber.Bytes));
                var p = Vector256.Create(weights[t]);
                (a0, a1) = (Vector256.FusedMultiplyAdd(p, v0, a0), Vector256.FusedMultiplyAdd(p, v1, a1));
                p = Vector256.Create(p1[t]);
                (b0, b1) = (Vector256.FusedMultiplyAdd(p, v0, b0), Vector256.FusedMultiplyAdd(p, v1, b1));
                p = Vector256.Create(p2[t]);
                (c0, c1) = (Vector256.FusedMultiplyAdd(p, v0, c0), Vector256.FusedMultiplyAdd(p, v1, c1));
                p = Vector256.Create(p3[t]);
                (d0, d1) = (Vector256.FusedMultiplyAdd(p, v0, d0), Vector256.FusedMultiplyAdd(p, v1, d1));
            }

            a0.Store(y + i);
            a1.Store(y + i + Lanes);
            b0.Store(y1 + i);
            b1.Store(y1 + i + Lanes);
            c0.Store(y2 + i);
            c1.Store(y2 + i + Lanes);
            d0.Store(y3 + i);
            d1.Store(y3 + i + Lanes);
        }

        for (var r = 0; i < width && r < Rows; r++)
            Columns(weights + ((long)r * stride), values, positions, width, y + ((long)r * width), i);
    }

    // The columns that are left, by fours of eight, by twos, by eights and then one by one.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns(float* weights, byte* values, int positions, int width, float* y, int from)
    {
        var valueBytes = width * TNumber.Bytes;
        var i = from;
        for (; i + (4 * Lanes) <= width; i += 4 * Lanes)
        {
            Vector256<float> a = Vector256.Load(y + i), b = Vector256.Load(y + i + Lanes);
            Vector256<float> c = Vector256.Load(y + i + (2 * Lanes)), d = Vector256.Load(y + i + (3 * Lanes));
            var value = values + (i * TNumber.Bytes);
            for (var t = 0; t < positions; t++, value += valueBytes)
            {
                var p = Vector256.Create(weights[t]);
                a = Vector256.FusedMultiplyAdd(p, TNumber.Eight(value), a);
                b = Vector256.FusedMultiplyAdd(p, TNumber.Eight(value + (Lanes * TNumber.Bytes)), b);
                c = Vector256.FusedMultiplyAdd(p, TNumber.Eight(value + (2 * Lanes * TNumber.Bytes)), c);
                d = Vector256.FusedMultiplyAdd(p, TNumber.Eight(value + (3 * Lanes * TNumber.Bytes)), d);
            }

            a.Store(y + i);
            b.Store(y + i + Lanes);
            c.Store(y + i + (2 * Lanes));
            d.Store(y + i + (3 * Lanes));
        }

        for (; i + (2 * Lanes) <= width; i += 2 * Lanes)
        {
            Vector256<float> a = Vector256.Load(y + i), b = Vector256.Load(y + i + Lanes);
            var value = values + (i * TNumber.Bytes);
            for (var t = 0; t < positions; t++, value += valueBytes)
            {
                var p = Vector256.Create(weights[t]);
                a = Vector256.FusedMultiplyAdd(p, TNumber.Eight(value), a);
                b = Vector256.FusedMultiplyAdd(p, TNumber.Eight(value + (Lanes * TNumber.Bytes)), b);
            }

            a.Store(y + i);
            b.Store(y + i + Lanes);
        }

        Narrow(weights, values, positions, width, y, i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow(float* weights, byte* values, int positions, int width, float* y, int from)
    {
        var valueBytes = width * TNumber.Bytes;
        var i = from;
        for (; i + Lanes <= width; i += Lanes)
        {
            var sum = Vector256.Load(y + i);
            var value = values + (i * TNumber.Bytes);
            for (var t = 0; t < positions; t++, value += valueBytes)
                sum = Vector256.FusedMultiplyAdd(Vector256.Create(weights[t]), TNumber.Eight(value), sum);

            sum.Store(y + i);
        }

        for (; i < width; i++)
        {
            var value = values + (i * TNumber.Bytes);
            for (var t = 0; t < positions; t++, value += valueBytes)
                y[i] = MathF.FusedMultiplyAdd(weights[t], TNumber.One(value), y[i]);
        }
    }
}
