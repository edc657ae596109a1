using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Baton.Engine.Torch.Cpu;

/// <summary>
/// What <see cref="FloatTiles{TFormat}"/> computes, in registers twice as wide and twice as many: a panel's outputs are one
/// of them, and the sums of eight rows with two panels are sixteen. Sum for sum the same numbers.
/// </summary>
internal readonly unsafe struct FloatTiles512<TFormat> : IPanelKernel
    where TFormat : IPanelFormat
{
    public static int InputBytes => sizeof(float);

    public static int WeightBytes => TFormat.WeightBytes;

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
        var x = (float*)rows.Rows;
        var xStride = rows.StrideBytes / sizeof(float);
        var x1 = TRows.Count > 1 ? x + xStride : x;
        var x2 = TRows.Count > 2 ? x1 + xStride : x;
        var x3 = TRows.Count > 3 ? x2 + xStride : x;
        var x4 = TRows.Count > 4 ? x3 + xStride : x;
        var x5 = TRows.Count > 5 ? x4 + xStride : x;
        var x6 = TRows.Count > 6 ? x5 + xStride : x;
        var x7 = TRows.Count > 7 ? x6 + xStride : x;
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector512<float> a4 = default, a5 = default, a6 = default, a7 = default;
        for (nint i = 0; i < inputs; i++, w += step)
        {
            if (Sse.IsSupported)
                Sse.Prefetch0(w + ahead);

            var weight = TFormat.All(w);
            a0 = Vector512.FusedMultiplyAdd(Vector512.Create(x[i]), weight, a0);
            if (TRows.Count > 1)
                a1 = Vector512.FusedMultiplyAdd(Vector512.Create(x1[i]), weight, a1);
            if (TRows.Count > 2)
                a2 = Vector512.FusedMultiplyAdd(Vector512.Create(x2[i]), weight, a2);
            if (TRows.Count > 3)
                a3 = Vector512.FusedMultiplyAdd(Vector512.Create(x3[i]), weight, a3);
            if (TRows.Count > 4)
                a4 = Vector512.FusedMultiplyAdd(Vector512.Create(x4[i]), weight, a4);
            if (TRows.Count > 5)
                a5 = Vector512.FusedMultiplyAdd(Vector512.Create(x5[i]), weight, a5);
            if (TRows.Count > 6)
                a6 = Vector512.FusedMultiplyAdd(Vector512.Create(x6[i]), weight, a6);
            if (TRows.Count > 7)
                a7 = Vector512.FusedMultiplyAdd(Vector512.Create(x7[i]), weight, a7);
        }

        Put(y, a0, add);
        if (TRows.Count > 1)
            Put(y + yStride, a1, add);
        if (TRows.Count > 2)
            Put(y + (2 * yStride), a2, add);
        if (TRows.Count > 3)
            Put(y + (3 * yStride), a3, add);
        if (TRows.Count > 4)
            Put(y + (4 * yStride), a4, add);
        if (TRows.Count > 5)
            Put(y + (5 * yStride), a5, add);
        if (TRows.Count > 6)
            Put(y + (6 * yStride), a6, add);
        if (TRows.Count > 7)
            Put(y + (7 * yStride), a7, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Wide<TRows>(
        in TileInputs rows, byte* w, byte* v, nint step, int inputs, nint ahead, float* y, int yStride, bool add)
        where TRows : ICount
    {
        var x = (float*)rows.Rows;
        var xStride = rows.StrideBytes / sizeof(float);
        var x1 = TRows.Count > 1 ? x + xStride : x;
        var x2 = TRows.Count > 2 ? x1 + xStride : x;
        var x3 = TRows.Count > 3 ? x2 + xStride : x;
        var x4 = TRows.Count > 4 ? x3 + xStride : x;
        var x5 = TRows.Count > 5 ? x4 + xStride : x;
        var x6 = TRows.Count > 6 ? x5 + xStride : x;
        var x7 = TRows.Count > 7 ? x6 + xStride : x;
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector512<float> a4 = default, a5 = default, a6 = default, a7 = default;
        Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default;
        Vector512<float> b4 = default, b5 = default, b6 = default, b7 = default;
        for (nint i = 0; i < inputs; i++, w += step, v += step)
        {
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(w + ahead);
                Sse.Prefetch0(v + ahead);
            }

            Vector512<float> left = TFormat.All(w), right = TFormat.All(v);
            var input = Vector512.Create(x[i]);
            a0 = Vector512.FusedMultiplyAdd(input, left, a0);
            b0 = Vector512.FusedMultiplyAdd(input, right, b0);

            if (TRows.Count > 1)
            {
                input = Vector512.Create(x1[i]);
                a1 = Vector512.FusedMultiplyAdd(input, left, a1);
                b1 = Vector512.FusedMultiplyAdd(input, right, b1);
            }

            if (TRows.Count > 2)
            {
                input = Vector512.Create(x2[i]);
                a2 = Vector512.FusedMultiplyAdd(input, left, a2);
                b2 = Vector512.FusedMultiplyAdd(input, right, b2);
            }

            if (TRows.Count > 3)
            {
                input = Vector512.Create(x3[i]);
                a3 = Vector512.FusedMultiplyAdd(input, left, a3);
                b3 = Vector512.FusedMultiplyAdd(input, right, b3);
            }

            if (TRows.Count > 4)
            {
                input = Vector512.Create(x4[i]);
                a4 = Vector512.FusedMultiplyAdd(input, left, a4);
                b4 = Vector512.FusedMultiplyAdd(input, right, b4);
            }

            if (TRows.Count > 5)
            {
                input = Vector512.Create(x5[i]);
                a5 = Vector512.FusedMultiplyAdd(input, left, a5);
                b5 = Vector512.FusedMultiplyAdd(input, right, b5);
            }

            if (TRows.Count > 6)
            {
                input = Vector512.Create(x6[i]);
                a6 = Vector512.FusedMultiplyAdd(input, left, a6);
                b6 = Vector512.FusedMultiplyAdd(input, right, b6);
            }

            if (TRows.Count > 7)
            {
                input = Vector512.Create(x7[i]);
                a7 = Vector512.FusedMultiplyAdd(input, left, a7);
                b7 = Vector512.FusedMultiplyAdd(input, right, b7);
            }
        }

        Put(y, a0, add);
        Put(y + PackedMatrix.PanelOutputs, b0, add);

        if (TRows.Count > 1)
        {
            Put(y + yStride, a1, add);
            Put(y + yStride + PackedMatrix.PanelOutputs, b1, add);
        }

        if (TRows.Count > 2)
        {
            Put(y + (2 * yStride), a2, add);
            Put(y + (2 * yStride) + PackedMatrix.PanelOutputs, b2, add);
        }

        if (TRows.Count > 3)
        {
            Put(y + (3 * yStride), a3, add);
            Put(y + (3 * yStride) + PackedMatrix.PanelOutputs, b3, add);
        }

        if (TRows.Count > 4)
        {
            Put(y + (4 * yStride), a4, add);
            Put(y + (4 * yStride) + PackedMatrix.PanelOutputs, b4, add);
        }

        if (TRows.Count > 5)
        {
            Put(y + (5 * yStride), a5, add);
            Put(y + (5 * yStride) + PackedMatrix.PanelOutputs, b5, add);
        }

        if (TRows.Count > 6)
        {
            Put(y + (6 * yStride), a6, add);
            Put(y + (6 * yStride) + PackedMatrix.PanelOutputs, b6, add);
        }

        if (TRows.Count > 7)
        {
            Put(y + (7 * yStride), a7, add);
            Put(y + (7 * yStride) + PackedMatrix.PanelOutputs, b7, add);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Single<TPanels>(in TileInputs row, byte** panels, nint step, int inputs, float* y, bool add)
        where TPanels : ICount
    {
        var x = (float*)row.Rows;
        byte* w0 = panels[0], w1 = TPanels.Count > 1 ? panels[1] : w0;
        byte* w2 = TPanels.Count > 2 ? panels[2] : w0, w3 = TPanels.Count > 3 ? panels[3] : w0;
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default;
        nint at = 0;
        for (nint i = 0; i < inputs; i++, at += step)
        {
            var input = Vector512.Create(x[i]);
            a0 = Vector512.FusedMultiplyAdd(input, TFormat.All(w0 + at), a0);
            if (TPanels.Count > 1)
                a1 = Vector512.FusedMultiplyAdd(input, TFormat.All(w1 + at), a1);
            if (TPanels.Count > 2)
                a2 = Vector512.FusedMultiplyAdd(input, TFormat.All(w2 + at), a2);
            if (TPanels.Count > 3)
                a3 = Vector512.FusedMultiplyAdd(input, TFormat.All(w3 + at), a3);
        }

        Put(y, a0, add);
        if (TPanels.Count > 1)
            Put(y + PackedMatrix.PanelOutputs, a1, add);
        if (TPanels.Count > 2)
            Put(y + (2 * PackedMatrix.PanelOutputs), a2, add);
        if (TPanels.Count > 3)
            Put(y + (3 * PackedMatrix.PanelOutputs), a3, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* y, Vector512<float> sums, bool add)
    {
        if (add)
            sums += Vector512.Load(y);
        sums.Store(y);
    }
}
