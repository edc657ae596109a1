using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Baton.Engine.Torch.Cpu;

/// <summary>
/// Dot products of a few rows with a few rows of weights, as many at once as the registers hold. Each product is summed in
/// one order, whatever is computed beside it: a result does not depend on the batch that it was computed in.
/// </summary>
internal static unsafe class DotTile
{
    private const int Lanes = 8;

    /// <summary>Rows and outputs of the largest tile: twelve sums, three inputs and a weight are the sixteen registers.</summary>
    public const int Rows = 3;
    public const int Outputs = 4;

    /// <summary><c>y[r, o] = x[r] . w[o]</c>, or added to it.</summary>
    /// <param name="x">Inputs, <paramref name="rows"/> of them.</param>
    /// <param name="xStride">From one row to the next.</param>
    /// <param name="rows">Rows, any number.</param>
    /// <param name="w">Weights, <paramref name="outputs"/> rows without a gap.</param>
    /// <param name="outputs">Outputs, any number.</param>
    /// <param name="width">Elements of a row.</param>
    /// <param name="y">Results.</param>
    /// <param name="yStride">From one row to the next.</param>
    /// <param name="add">Whether they are added to what is there.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(
        float* x, int xStride, int rows, float* w, int outputs, int width, float* y, int yStride, bool add)
    {
        var o = 0;
        for (; o + Outputs <= outputs; o += Outputs)
        {
            var weights = w + ((long)o * width);
            var r = 0;
            for (; r + Rows <= rows; r += Rows)
                ThreeByFour(x + ((long)r * xStride), xStride, weights, width, y + ((long)r * yStride) + o, yStride, add);
            for (; r < rows; r++)
                OneByFour(x + ((long)r * xStride), weights, width, y + ((long)r * yStride) + o, add);
        }

        for (; o < outputs; o++)
        {
            for (var r = 0; r < rows; r++)
                One(x + ((long)r * xStride), w + ((long)o * width), width, y + ((long)r * yStride) + o, add);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ThreeByFour(float* x, int xStride, float* w, int width, float* y, int yStride, bool add)
    {
        float* x1 = x + xStride, x2 = x1 + xStride;
        float* w1 = w + width, w2 = w1 + width, w3 = w2 + width;
        Vector256<float> s00 = default, s01 = default, s02 = default, s03 = default;
        Vector256<float> s10 = default, s11 = default, s12 = default, s13 = default;
        Vector256<float> s20 = default, s21 = default, s22 = default, s23 = default;
        nint end = width / Lanes * Lanes;
        for (nint i = 0; i < end; i += Lanes)
        {
            Vector256<float> a = Vector256.Load(x + i), b = Vector256.Load(x1 + i), c = Vector256.Load(x2 + i);
            var weight = Vector256.Load(w + i);
            s00 = Vector256.FusedMultiplyAdd(weight, a, s00);
            s10 = Vector256.FusedMultiplyAdd(weight, b, s10);
            s20 = Vector256.FusedMultiplyAdd(weight, c, s20);
            weight = Vector256.Load(w1 + i);
            s01 = Vector256.FusedMultiplyAdd(weight, a, s01);
            s11 = Vector256.FusedMultiplyAdd(weight, b, s11);
            s21 = Vector256.FusedMultiplyAdd(weight, c, s21);
            weight = Vector256.Load(w2 + i);
            s02 = Vector256.FusedMultiplyAdd(weight, a, s02);
            s12 = Vector256.FusedMultiplyAdd(weight, b, s12);
            s22 = Vector256.FusedMultiplyAdd(weight, c, s22);
            weight = Vector256.Load(w3 + i);
            s03 = Vector256.FusedMultiplyAdd(weight, a, s03);
            s13 = Vector256.FusedMultiplyAdd(weight, b, s13);
            s23 = Vector256.FusedMultiplyAdd(weight, c, s23);
        }

        Finish(Sums(s00, s01, s02, s03), x, w, width, end, y, add);
        Finish(Sums(s10, s11, s12, s13), x1, w, width, end, y + yStride, add);
        Finish(Sums(s20, s21, s22, s23), x2, w, width, end, y + (2 * yStride), add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneByFour(float* x, float* w, int width, float* y, bool add)
    {
        float* w1 = w + width, w2 = w1 + width, w3 = w2 + width;
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default;
        nint end = width / Lanes * Lanes;
        for (nint i = 0; i < end; i += Lanes)
        {
            var a = Vector256.Load(x + i);
            s0 = Vector256.FusedMultiplyAdd(Vector256.Load(w + i), a, s0);
            s1 = Vector256.FusedMultiplyAdd(Vector256.Load(w1 + i), a, s1);
            s2 = Vector256.FusedMultiplyAdd(Vector256.Load(w2 + i), a, s2);
            s3 = Vector256.FusedMultiplyAdd(Vector256.Load(w3 + i), a, s3);
        }

        Finish(Sums(s0, s1, s2, s3), x, w, width, end, y, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One(float* x, float* w, int width, float* y, bool add)
    {
        Vector256<float> sum = default;
        nint end = width / Lanes * Lanes;
        for (nint i = 0; i < end; i += Lanes)
            sum = Vector256.FusedMultiplyAdd(Vector256.Load(w + i), Vector256.Load(x + i), sum);

        var result = Rest(Sums(sum, default, default, default).ToScalar(), x, w, width, end);
        *y = add ? *y + result : result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(
        Vector128<float> sums, float* x, float* w, int width, nint end, float* y, bool add)
    {
        if (end < width)
        {
            sums = Vector128.Create(
                Rest(sums[0], x, w, width, end),
                Rest(sums[1], x, w + width, width, end),
                Rest(sums[2], x, w + (2 * width), width, end),
                Rest(sums[3], x, w + (3 * width), width, end));
        }

        (add ? Vector128.Load(y) + sums : sums).Store(y);
    }

    // What does not fill a register.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Rest(float sum, float* x, float* w, int width, nint from)
    {
        for (var i = from; i < width; i++)
            sum = MathF.FusedMultiplyAdd(w[i], x[i], sum);

        return sum;
    }

    // Neighbours first, then pairs, then the halves: the order for every tile.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Sums(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d)
    {
        var pairs = Pairs(Pairs(a, b), Pairs(c, d));
        return pairs.GetLower() + pairs.GetUpper();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Pairs(Vector256<float> a, Vector256<float> b) =>
        System.Runtime.Intrinsics.X86.Avx.IsSupported
            ? System.Runtime.Intrinsics.X86.Avx.HorizontalAdd(a, b)
            : Vector256.Create(Pairs(a.GetLower(), b.GetLower()), Pairs(a.GetUpper(), b.GetUpper()));

    private static Vector128<float> Pairs(Vector128<float> a, Vector128<float> b) =>
        Vector128.Create(a[0] + a[1], a[2] + a[3], b[0] + b[1], b[2] + b[3]);
}
