using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Baton.Engine.Torch.Cpu;

/// <summary>
/// Products of up to six rows with the weights of one to four panels, as many sums at once as the registers hold (the tiles
/// of Goto and van de Geijn, 2008). Every sum takes its inputs one after the other and by itself, so a result depends on
/// neither the tile nor the width of the registers.
/// </summary>
internal readonly unsafe struct FloatTiles<TFormat> : IPanelKernel
    where TFormat : IPanelFormat
{
    public static int InputBytes => sizeof(float);

    public static int WeightBytes => TFormat.WeightBytes;

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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tall<TRows>(
        in TileInputs rows, byte* w, nint step, int inputs, nint ahead, float* y, int yStride, bool add)
        where TRows : ICount
    {
        var x = (float*)rows.Rows;
        var xStride = rows.StrideBytes / sizeof(float);
        var x1 = TRows.Count > 1 ? x + xStride : x;
        var x2 = TRows.Count > 2 ? x1 + xStride : x;
        var x3 = TRows.Count > 3 ? x2 + xStride : x;
        var x4 = TRows.Count > 4 ? x3 + xStride : x;
        var x5 = TRows.Count > 5 ? x4 + xStride : x;
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
        Vector256<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default;
        for (nint i = 0; i < inputs; i++, w += step)
        {
            if (Sse.IsSupported)
                Sse.Prefetch0(w + ahead);

            Vector256<float> low = TFormat.Low(w), high = TFormat.High(w);
            var input = Vector256.Create(x[i]);
            a0 = Vector256.FusedMultiplyAdd(input, low, a0);
            b0 = Vector256.FusedMultiplyAdd(input, high, b0);
            if (TRows.Count > 1)
            {
                input = Vector256.Create(x1[i]);
                a1 = Vector256.FusedMultiplyAdd(input, low, a1);
                b1 = Vector256.FusedMultiplyAdd(input, high, b1);
            }

            if (TRows.Count > 2)
            {
                input = Vector256.Create(x2[i]);
                a2 = Vector256.FusedMultiplyAdd(input, low, a2);
                b2 = Vector256.FusedMultiplyAdd(input, high, b2);
            }

            if (TRows.Count > 3)
            {
                input = Vector256.Create(x3[i]);
                a3 = Vector256.FusedMultiplyAdd(input, low, a3);
                b3 = Vector256.FusedMultiplyAdd(input, high, b3);
            }

            if (TRows.Count > 4)
            {
                input = Vector256.Create(x4[i]);
                a4 = Vector256.FusedMultiplyAdd(input, low, a4);
                b4 = Vector256.FusedMultiplyAdd(input, high, b4);
            }

            if (TRows.Count > 5)
            {
                input = Vector256.Create(x5[i]);
                a5 = Vector256.FusedMultiplyAdd(input, low, a5);
                b5 = Vector256.FusedMultiplyAdd(input, high, b5);
            }
        }

        Put(y, a0, b0, add);
        if (TRows.Count > 1)
            Put(y + yStride, a1, b1, add);
        if (TRows.Count > 2)
            Put(y + (2 * yStride), a2, b2, add);
        if (TRows.Count > 3)
            Put(y + (3 * yStride), a3, b3, add);
        if (TRows.Count > 4)
            Put(y + (4 * yStride), a4, b4, add);
        if (TRows.Count > 5)
            Put(y + (5 * yStride), a5, b5, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Wide<TRows>(
        in TileInputs rows, byte* w, byte* v, nint step, int inputs, nint ahead, float* y, int yStride, bool add)
        where TRows : ICount
    {
        var x = (float*)rows.Rows;
        var xStride = rows.StrideBytes / sizeof(float);
        float* x1 = x + xStride, x2 = TRows.Count > 2 ? x1 + xStride : x;
        Vector256<float> a0 = default, a1 = default, a2 = default, b0 = default, b1 = default, b2 = default;
        Vector256<float> c0 = default, c1 = default, c2 = default, d0 = default, d1 = default, d2 = default;
        for (nint i = 0; i < inputs; i++, w += step, v += step)
        {
            Vector256<float> first = Vector256.Create(x[i]), second = Vector256.Create(x1[i]);
            var third = TRows.Count > 2 ? Vector256.Create(x2[i]) : default;
            var weight = TFormat.Low(w);
            a0 = Vector256.FusedMultiplyAdd(first, weight, a0);
            a1 = Vector256.FusedMultiplyAdd(second, weight, a1);
            if (TRows.Count > 2)
                a2 = Vector256.FusedMultiplyAdd(third, weight, a2);

            weight = TFormat.High(w);
            b0 = Vector256.FusedMultiplyAdd(first, weight, b0);
            b1 = Vector256.FusedMultiplyAdd(second, weight, b1);
            if (TRows.Count > 2)
                b2 = Vector256.FusedMultiplyAdd(third, weight, b2);

            weight = TFormat.Low(v);
            c0 = Vector256.FusedMultiplyAdd(first, weight, c0);
            c1 = Vector256.FusedMultiplyAdd(second, weight, c1);
            if (TRows.Count > 2)
                c2 = Vector256.FusedMultiplyAdd(third, weight, c2);

            weight = TFormat.High(v);
            d0 = Vector256.FusedMultiplyAdd(first, weight, d0);
            d1 = Vector256.FusedMultiplyAdd(second, weight, d1);
            if (TRows.Count > 2)
                d2 = Vector256.FusedMultiplyAdd(third, weight, d2);
        }

        Put(y, a0, b0, add);
        Put(y + PackedMatrix.PanelOutputs, c0, d0, add);
        Put(y + yStride, a1, b1, add);
        Put(y + yStride + PackedMatrix.PanelOutputs, c1, d1, add);
        if (TRows.Count > 2)
        {
            Put(y + (2 * yStride), a2, b2, add);
            Put(y + (2 * yStride) + PackedMatrix.PanelOutputs, c2, d2, add);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Single<TPanels>(in TileInputs row, byte** panels, nint step, int inputs, float* y, bool add)
        where TPanels : ICount
    {
        var x = (float*)row.Rows;
        byte* w0 = panels[0], w1 = TPanels.Count > 1 ? panels[1] : w0;
        byte* w2 = TPanels.Count > 2 ? panels[2] : w0, w3 = TPanels.Count > 3 ? panels[3] : w0;
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector256<float> b0 = default, b1 = default, b2 = default, b3 = default;
        nint at = 0;
        for (nint i = 0; i < inputs; i++, at += step)
        {
            var input = Vector256.Create(x[i]);
            a0 = Vector256.FusedMultiplyAdd(input, TFormat.Low(w0 + at), a0);
            b0 = Vector256.FusedMultiplyAdd(input, TFormat.High(w0 + at), b0);
            if (TPanels.Count > 1)
            {
                a1 = Vector256.FusedMultiplyAdd(input, TFormat.Low(w1 + at), a1);
                b1 = Vector256.FusedMultiplyAdd(input, TFormat.High(w1 + at), b1);
            }

            if (TPanels.Count > 2)
            {
                a2 = Vector256.FusedMultiplyAdd(input, TFormat.Low(w2 + at), a2);
                b2 = Vector256.FusedMultiplyAdd(input, TFormat.High(w2 + at), b2);
            }

            if (TPanels.Count > 3)
            {
                a3 = Vector256.FusedMultiplyAdd(input, TFormat.Low(w3 + at), a3);
                b3 = Vector256.FusedMultiplyAdd(input, TFormat.High(w3 + at), b3);
            }
        }

        Put(y, a0, b0, add);
        if (TPanels.Count > 1)
            Put(y + PackedMatrix.PanelOutputs, a1, b1, add);
        if (TPanels.Count > 2)
            Put(y + (2 * PackedMatrix.PanelOutputs), a2, b2, add);
        if (TPanels.Count > 3)
            Put(y + (3 * PackedMatrix.PanelOutputs), a3, b3, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* y, Vector256<float> low, Vector256<float> high, bool add)
    {
        if (add)
        {
            low += Vector256.Load(y);
            high += Vector256.Load(y + 8);
        }

        low.Store(y);
        high.Store(y + 8);
    }
}
