using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Baton.Engine.Torch.Cpu;

/// <summary>
/// What <see cref="Int8Tiles"/> computes, in registers twice as wide and twice as many. The same numbers.
/// </summary>
internal readonly unsafe struct Int8Tiles512 : IPanelKernel
{
    public static int InputBytes => Int8Tiles.InputBytes;

    public static int WeightBytes => Int8Tiles.WeightBytes;

    public static int TallRows
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 8;
    }

    public static int WideRows
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 8;
    }

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
        var x6 = TRows.Count > 6 ? x5 + xStride : x;
        var x7 = TRows.Count > 7 ? x6 + xStride : x;
        Vector512<int> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector512<int> a4 = default, a5 = default, a6 = default, a7 = default;
        nint pairs = Int8Tiles.Pairs(inputs);
        for (nint i = 0; i < pairs; i++, w += step)
        {
            if (Sse.IsSupported)
                Sse.Prefetch0(w + ahead);

            var weight = Widen(w);
            a0 += Products(Vector512.Create(x[i]).AsInt16(), weight);
            if (TRows.Count > 1)
                a1 += Products(Vector512.Create(x1[i]).AsInt16(), weight);
            if (TRows.Count > 2)
                a2 += Products(Vector512.Create(x2[i]).AsInt16(), weight);
            if (TRows.Count > 3)
                a3 += Products(Vector512.Create(x3[i]).AsInt16(), weight);
            if (TRows.Count > 4)
                a4 += Products(Vector512.Create(x4[i]).AsInt16(), weight);
            if (TRows.Count > 5)
                a5 += Products(Vector512.Create(x5[i]).AsInt16(), weight);
            if (TRows.Count > 6)
                a6 += Products(Vector512.Create(x6[i]).AsInt16(), weight);
            if (TRows.Count > 7)
                a7 += Products(Vector512.Create(x7[i]).AsInt16(), weight);
        }

        var scales = rows.Scales;
        Put(y, a0, (float*)w, scales[0], add);
        if (TRows.Count > 1)
            Put(y + yStride, a1, (float*)w, scales[rows.ScaleStride], add);
        if (TRows.Count > 2)
            Put(y + (2 * yStride), a2, (float*)w, scales[2 * rows.ScaleStride], add);
        if (TRows.Count > 3)
            Put(y + (3 * yStride), a3, (float*)w, scales[3 * rows.ScaleStride], add);
        if (TRows.Count > 4)
            Put(y + (4 * yStride), a4, (float*)w, scales[4 * rows.ScaleStride], add);
        if (TRows.Count > 5)
            Put(y + (5 * yStride), a5, (float*)w, scales[5 * rows.ScaleStride], add);
        if (TRows.Count > 6)
            Put(y + (6 * yStride), a6, (float*)w, scales[6 * rows.ScaleStride], add);
        if (TRows.Count > 7)
            Put(y + (7 * yStride), a7, (float*)w, scales[7 * rows.ScaleStride], add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Wide<TRows>(
        in TileInputs rows, byte* w, byte* v, nint step, int inputs, nint ahead, float* y, int yStride, bool add)
        where TRows : ICount
    {
        var x = (int*)rows.Rows;
        var xStride = rows.StrideBytes / sizeof(int);
        var x1 = TRows.Count > 1 ? x + xStride : x;
        var x2 = TRows.Count > 2 ? x1 + xStride : x;
        var x3 = TRows.Count > 3 ? x2 + xStride : x;
        var x4 = TRows.Count > 4 ? x3 + xStride : x;
        var x5 = TRows.Count > 5 ? x4 + xStride : x;
        var x6 = TRows.Count > 6 ? x5 + xStride : x;
        var x7 = TRows.Count > 7 ? x6 + xStride : x;
        Vector512<int> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector512<int> a4 = default, a5 = default, a6 = default, a7 = default;
        Vector512<int> b0 = default, b1 = default, b2 = default, b3 = default;
        Vector512<int> b4 = default, b5 = default, b6 = default, b7 = default;
        nint pairs = Int8Tiles.Pairs(inputs);
        for (nint i = 0; i < pairs; i++, w += step, v += step)
        {
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(w + ahead);
                Sse.Prefetch0(v + ahead);
            }

            Vector512<short> left = Widen(w), right = Widen(v);
            var input = Vector512.Create(x[i]).AsInt16();
            a0 += Products(input, left);
            b0 += Products(input, right);

            if (TRows.Count > 1)
            {
                input = Vector512.Create(x1[i]).AsInt16();
                a1 += Products(input, left);
                b1 += Products(input, right);
            }

            if (TRows.Count > 2)
            {
                input = Vector512.Create(x2[i]).AsInt16();
                a2 += Products(input, left);
                b2 += Products(input, right);
            }

            if (TRows.Count > 3)
            {
                input = Vector512.Create(x3[i]).AsInt16();
                a3 += Products(input, left);
                b3 += Products(input, right);
            }

            if (TRows.Count > 4)
            {
                input = Vector512.Create(x4[i]).AsInt16();
                a4 += Products(input, left);
                b4 += Products(input, right);
            }

            if (TRows.Count > 5)
            {
                input = Vector512.Create(x5[i]).AsInt16();
                a5 += Products(input, left);
                b5 += Products(input, right);
            }

            if (TRows.Count > 6)
            {
                input = Vector512.Create(x6[i]).AsInt16();
                a6 += Products(input, left);
                b6 += Products(input, right);
            }

            if (TRows.Count > 7)
            {
                input = Vector512.Create(x7[i]).AsInt16();
                a7 += Products(input, left);
                b7 += Products(input, right);
            }
        }

        var scales = rows.Scales;
        Put(y, a0, (float*)w, scales[0], add);
        Put(y + PackedMatrix.PanelOutputs, b0, (float*)v, scales[0], add);

        if (TRows.Count > 1)
        {
            Put(y + yStride, a1, (float*)w, scales[rows.ScaleStride], add);
            Put(y + yStride + PackedMatrix.PanelOutputs, b1, (float*)v, scales[rows.ScaleStride], add);
        }

        if (TRows.Count > 2)
        {
            Put(y + (2 * yStride), a2, (float*)w, scales[2 * rows.ScaleStride], add);
            Put(y + (2 * yStride) + PackedMatrix.PanelOutputs, b2, (float*)v, scales[2 * rows.ScaleStride], add);
        }

        if (TRows.Count > 3)
        {
            Put(y + (3 * yStride), a3, (float*)w, scales[3 * rows.ScaleStride], add);
            Put(y + (3 * yStride) + PackedMatrix.PanelOutputs, b3, (float*)v, scales[3 * rows.ScaleStride], add);
        }

        if (TRows.Count > 4)
        {
            Put(y + (4 * yStride), a4, (float*)w, scales[4 * rows.ScaleStride], add);
            Put(y + (4 * yStride) + PackedMatrix.PanelOutputs, b4, (float*)v, scales[4 * rows.ScaleStride], add);
        }

        if (TRows.Count > 5)
        {
            Put(y + (5 * yStride), a5, (float*)w, scales[5 * rows.ScaleStride], add);
            Put(y + (5 * yStride) + PackedMatrix.PanelOutputs, b5, (float*)v, scales[5 * rows.ScaleStride], add);
        }

        if (TRows.Count > 6)
        {
            Put(y + (6 * yStride), a6, (float*)w, scales[6 * rows.ScaleStride], add);
            Put(y + (6 * yStride) + PackedMatrix.PanelOutputs, b6, (float*)v, scales[6 * rows.ScaleStride], add);
        }

        if (TRows.Count > 7)
        {
            Put(y + (7 * yStride), a7, (float*)w, scales[7 * rows.ScaleStride], add);
            Put(y + (7 * yStride) + PackedMatrix.PanelOutputs, b7, (float*)v, scales[7 * rows.ScaleStride], add);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Single<TPanels>(in TileInputs row, byte** panels, nint step, int inputs, float* y, bool add)
        where TPanels : ICount
    {
        var x = (int*)row.Rows;
        byte* w0 = panels[0], w1 = TPanels.Count > 1 ? panels[1] : w0;
        byte* w2 = TPanels.Count > 2 ? panels[2] : w0, w3 = TPanels.Count > 3 ? panels[3] : w0;
        Vector512<int> a0 = default, a1 = default, a2 = default, a3 = default;
        nint pairs = Int8Tiles.Pairs(inputs), at = 0;
        for (nint i = 0; i < pairs; i++, at += step)
        {
            var input = Vector512.Create(x[i]).AsInt16();
            a0 += Products(input, Widen(w0 + at));
            if (TPanels.Count > 1)
                a1 += Products(input, Widen(w1 + at));
            if (TPanels.Count > 2)
                a2 += Products(input, Widen(w2 + at));
            if (TPanels.Count > 3)
                a3 += Products(input, Widen(w3 + at));
        }

        var scale = row.Scales[0];
        Put(y, a0, (float*)(w0 + at), scale, add);
        if (TPanels.Count > 1)
            Put(y + PackedMatrix.PanelOutputs, a1, (float*)(w1 + at), scale, add);
        if (TPanels.Count > 2)
            Put(y + (2 * PackedMatrix.PanelOutputs), a2, (float*)(w2 + at), scale, add);
        if (TPanels.Count > 3)
            Put(y + (3 * PackedMatrix.PanelOutputs), a3, (float*)(w3 + at), scale, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Widen(byte* weights) => Avx512BW.IsSupported
        ? Avx512BW.ConvertToVector512Int16(Vector256.Load((sbyte*)weights))
        : Vector512.WidenLower(Vector256.Load((sbyte*)weights).ToVector512Unsafe());

    // Of each pair, added.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Products(Vector512<short> inputs, Vector512<short> weights)
    {
        if (Avx512BW.IsSupported)
            return Avx512BW.MultiplyAddAdjacent(inputs, weights);

        Vector512<int> x = inputs.AsInt32(), w = weights.AsInt32();
        return ((x >> 16) * (w >> 16)) + (((x << 16) >> 16) * ((w << 16) >> 16));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* y, Vector512<int> sums, float* weightScales, float scale, bool add)
    {
        var scaled = Vector512.ConvertToSingle(sums) * (Vector512.Load(weightScales) * scale);
        if (add)
            scaled += Vector512.Load(y);
        scaled.Store(y);
    }
}
