using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Baton.Engine.Torch.Cpu;

/// <summary>
/// Weights of eight bits against inputs of sixteen: pairs of products are added up as whole numbers over a stretch, which
/// cannot overflow (384 * 127 * 32,767), and scaled once. A panel is [pair of inputs][output][of the pair] and, behind
/// them, the sixteen outputs' scales. Inputs of eight bits would be no faster without instructions of their own.
/// </summary>
internal readonly unsafe struct Int8Tiles : IPanelKernel
{
    private const int PairBytes = 2 * PackedMatrix.PanelOutputs;

    public static int InputBytes => sizeof(short);

    public static int WeightBytes => PairBytes;

    public static int TallRows
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 6;
    }

    public static int WideRows
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 3;
    }

    /// <summary>Bytes of a panel of a stretch.</summary>
    public static int PanelBytes(int inputs) => (Pairs(inputs) * PairBytes) + (PackedMatrix.PanelOutputs * sizeof(float));

    public static int Pairs(int inputs) => (inputs + 1) / 2;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tall<TRows>(
        in TileInputs rows, byte* w, nint step, int inputs, nint ahead, float* y, int yStride, bool add)
        where TRows : ICount
    {
        var x = (int*)rows.Rows;
        var xStride = rows.StrideBytes / sizeof(int);
        var x1 = TRows.Count > 1 ? x + xStride : x;
        var x2 = TRows.Count > 2 ? x1 + xStride : x;
        var x3 = TRows.Count > 3 ? x2 + xStride : x;
        var x4 = TRows.Count > 4 ? x3 + xStride : x;
        var x5 = TRows.Count > 5 ? x4 + xStride : x;
        Vector256<int> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
        Vector256<int> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default;
        nint pairs = Pairs(inputs);
        for (nint i = 0; i < pairs; i++, w += step)
        {
            if (Sse.IsSupported)
                Sse.Prefetch0(w + ahead);

            Vector256<short> low = Widen(w), high = Widen(w + 16);
            var input = Vector256.Create(x[i]).AsInt16();
            a0 += Products(input, low);
            b0 += Products(input, high);
            if (TRows.Count > 1)
            {
                input = Vector256.Create(x1[i]).AsInt16();
                a1 += Products(input, low);
                b1 += Products(input, high);
            }

            if (TRows.Count > 2)
            {
                input = Vector256.Create(x2[i]).AsInt16();
                a2 += Products(input, low);
                b2 += Products(input, high);
            }

            if (TRows.Count > 3)
            {
                input = Vector256.Create(x3[i]).AsInt16();
                a3 += Products(input, low);
                b3 += Products(input, high);
            }

            if (TRows.Count > 4)
            {
                input = Vector256.Create(x4[i]).AsInt16();
                a4 += Products(input, low);
                b4 += Products(input, high);
            }

            if (TRows.Count > 5)
            {
                input = Vector256.Create(x5[i]).AsInt16();
                a5 += Products(input, low);
                b5 += Products(input, high);
            }
        }

        var weightScales = (float*)w;
        var scales = rows.Scales;
        Put(y, a0, b0, weightScales, scales[0], add);
        if (TRows.Count > 1)
            Put(y + yStride, a1, b1, weightScales, scales[rows.ScaleStride], add);
        if (TRows.Count > 2)
            Put(y + (2 * yStride), a2, b2, weightScales, scales[2 * rows.ScaleStride], add);
        if (TRows.Count > 3)
            Put(y + (3 * yStride), a3, b3, weightScales, scales[3 * rows.ScaleStride], add);
        if (TRows.Count > 4)
            Put(y + (4 * yStride), a4, b4, weightScales, scales[4 * rows.ScaleStride], add);
        if (TRows.Count > 5)
            Put(y + (5 * yStride), a5, b5, weightScales, scales[5 * rows.ScaleStride], add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Wide<TRows>(
        in TileInputs rows, byte* w, byte* v, nint step, int inputs, nint ahead, float* y, int yStride, bool add)
        where TRows : ICount
    {
        var x = (int*)rows.Rows;
        var xStride = rows.StrideBytes / sizeof(int);
        int* x1 = x + xStride, x2 = TRows.Count > 2 ? x1 + xStride : x;
        Vector256<int> a0 = default, a1 = default, a2 = default, b0 = default, b1 = default, b2 = default;
        Vector256<int> c0 = default, c1 = default, c2 = default, d0 = default, d1 = default, d2 = default;
        nint pairs = Pairs(inputs);
        for (nint i = 0; i < pairs; i++, w += step, v += step)
        {
            var (first, second) = (Vector256.Create(x[i]).AsInt16(), Vector256.Create(x1[i]).AsInt16());
            var third = TRows.Count > 2 ? Vector256.Create(x2[i]).AsInt16() : default;
            var weight = Widen(w);
            a0 += Products(first, weight);
            a1 += Products(second, weight);
            if (TRows.Count > 2)
                a2 += Products(third, weight);

            weight = Widen(w + 16);
            b0 += Products(first, weight);
            b1 += Products(second, weight);
            if (TRows.Count > 2)
                b2 += Products(third, weight);

            weight = Widen(v);
            c0 += Products(first, weight);
            c1 += Products(second, weight);
            if (TRows.Count > 2)
                c2 += Products(third, weight);

            weight = Widen(v + 16);
            d0 += Products(first, weight);
            d1 += Products(second, weight);
            if (TRows.Count > 2)
                d2 += Products(third, weight);
        }

        float* left = (float*)w, right = (float*)v, scales = rows.Scales;
        Put(y, a0, b0, left, scales[0], add);
        Put(y + PackedMatrix.PanelOutputs, c0, d0, right, scales[0], add);
        y += yStride;
        Put(y, a1, b1, left, scales[rows.ScaleStride], add);
        Put(y + PackedMatrix.PanelOutputs, c1, d1, right, scales[rows.ScaleStride], add);
        if (TRows.Count > 2)
        {
            y += yStride;
            Put(y, a2, b2, left, scales[2 * rows.ScaleStride], add);
            Put(y + PackedMatrix.PanelOutputs, c2, d2, right, scales[2 * rows.ScaleStride], add);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Single<TPanels>(in TileInputs row, byte** panels, nint step, int inputs, float* y, bool add)
        where TPanels : ICount
    {
        var x = (int*)row.Rows;
        byte* w0 = panels[0], w1 = TPanels.Count > 1 ? panels[1] : w0;
        byte* w2 = TPanels.Count > 2 ? panels[2] : w0, w3 = TPanels.Count > 3 ? panels[3] : w0;
        Vector256<int> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector256<int> b0 = default, b1 = default, b2 = default, b3 = default;
        nint pairs = Pairs(inputs), at = 0;
        for (nint i = 0; i < pairs; i++, at += step)
        {
            var input = Vector256.Create(x[i]).AsInt16();
            a0 += Products(input, Widen(w0 + at));
            b0 += Products(input, Widen(w0 + at + 16));
            if (TPanels.Count > 1)
            {
                a1 += Products(input, Widen(w1 + at));
                b1 += Products(input, Widen(w1 + at + 16));
            }

            if (TPanels.Count > 2)
            {
                a2 += Products(input, Widen(w2 + at));
                b2 += Products(input, Widen(w2 + at + 16));
            }

            if (TPanels.Count > 3)
            {
                a3 += Products(input, Widen(w3 + at));
                b3 += Products(input, Widen(w3 + at + 16));
            }
        }

        var scale = row.Scales[0];
        Put(y, a0, b0, (float*)(w0 + at), scale, add);
        if (TPanels.Count > 1)
            Put(y + PackedMatrix.PanelOutputs, a1, b1, (float*)(w1 + at), scale, add);
        if (TPanels.Count > 2)
            Put(y + (2 * PackedMatrix.PanelOutputs), a2, b2, (float*)(w2 + at), scale, add);
        if (TPanels.Count > 3)
            Put(y + (3 * PackedMatrix.PanelOutputs), a3, b3, (float*)(w3 + at), scale, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Widen(byte* weights) => Avx2.IsSupported
        ? Avx2.ConvertToVector256Int16((sbyte*)weights)
        : Vector256.WidenLower(Vector128.Load((sbyte*)weights).ToVector256Unsafe());

    // Of each pair, added.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Products(Vector256<short> inputs, Vector256<short> weights)
    {
        if (Avx2.IsSupported)
            return Avx2.MultiplyAddAdjacent(inputs, weights);

        // Words whose upper half is the second of a pair, and whose lower half is moved up and down again for its sign.
        Vector256<int> x = inputs.AsInt32(), w = weights.AsInt32();
        return ((x >> 16) * (w >> 16)) + (((x << 16) >> 16) * ((w << 16) >> 16));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* y, Vector256<int> low, Vector256<int> high, float* weightScales, float scale, bool add)
    {
        var a = Vector256.ConvertToSingle(low) * (Vector256.Load(weightScales) * scale);
        var b = Vector256.ConvertToSingle(high) * (Vector256.Load(weightScales + 8) * scale);
        if (add)
        {
            a += Vector256.Load(y);
            b += Vector256.Load(y + 8);
        }

        a.Store(y);
        b.Store(y + 8);
    }
}
