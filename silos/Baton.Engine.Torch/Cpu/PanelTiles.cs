using System.Runtime.CompilerServices;

namespace Baton.Engine.Torch.Cpu;

/// <summary>Products of some rows with some panels, each of which stays in the innermost cache while all rows use it.</summary>
internal static unsafe class PanelTiles<TKernel>
    where TKernel : IPanelKernel
{
    private const int Width = PackedMatrix.PanelOutputs;

    private static bool AlwaysWide
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TKernel.WideRows == TKernel.TallRows;
    }

    /// <param name="x">The rows' inputs.</param>
    /// <param name="rows">Rows, any number.</param>
    /// <param name="panels">The weights of each panel's first input.</param>
    /// <param name="count">Panels.</param>
    /// <param name="step">Bytes from the weights of one input to those of the next.</param>
    /// <param name="inputs">Inputs.</param>
    /// <param name="y">[rows, sixteen of each panel], rows <paramref name="yStride"/> apart.</param>
    /// <param name="yStride">From one row to the next.</param>
    /// <param name="add">Whether the product is added to what is in <paramref name="y"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(
        in TileInputs x, int rows, byte** panels, int count, nint step, int inputs, float* y, int yStride, bool add)
    {
        var panel = 0;
        if (rows == 1)
        {
            for (; panel + 4 <= count; panel += 4)
                TKernel.Single<Four>(x, panels + panel, step, inputs, y + (panel * Width), add);
            Single(x, panels + panel, count - panel, step, inputs, y + (panel * Width), add);
            return;
        }

        if (rows <= TKernel.WideRows || AlwaysWide)
        {
            for (; panel + 2 <= count; panel += 2)
            {
                var ahead = panel + 2 < count ? (nint)(panels[panel + 2] - panels[panel]) : 0;
                Pair(x, rows, panels[panel], panels[panel + 1], step, inputs, ahead, y + (panel * Width), yStride, add);
            }
        }

        for (; panel < count; panel++)
        {
            var ahead = panel + 1 < count ? (nint)(panels[panel + 1] - panels[panel]) : 0;
            Panel(x, rows, panels[panel], step, inputs, ahead, y + (panel * Width), yStride, add);
        }
    }

    /// <summary>The same for one panel, of whose results only some are wanted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyPart(
        in TileInputs x, int rows, byte* w, nint step, int inputs, int outputs, float* y, int yStride, bool add)
    {
        var aside = stackalloc float[TKernel.TallRows * Width];
        for (var first = 0; first < rows; first += TKernel.TallRows)
        {
            var height = Math.Min(TKernel.TallRows, rows - first);
            Tall(x.From(first, 0, 0), height, w, step, inputs, 0, aside, Width, add: false);
            for (var r = 0; r < height; r++)
            {
                var to = y + ((long)(first + r) * yStride);
                for (var o = 0; o < outputs; o++)
                    to[o] = add ? to[o] + aside[(r * Width) + o] : aside[(r * Width) + o];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Single(in TileInputs x, byte** panels, int count, nint step, int inputs, float* y, bool add)
    {
        switch (count)
        {
            case 1:
                TKernel.Single<One>(x, panels, step, inputs, y, add);
                break;
            case 2:
                TKernel.Single<Two>(x, panels, step, inputs, y, add);
                break;
            case 3:
                TKernel.Single<Three>(x, panels, step, inputs, y, add);
                break;
        }
    }

    // Tiles of nearly equal height: one of two rows would leave most of the processor idle. The first brings the weights
    // of the next panels along.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pair(
        in TileInputs x, int rows, byte* w, byte* v, nint step, int inputs, nint ahead, float* y, int yStride, bool add)
    {
        var tiles = (rows + TKernel.WideRows - 1) / TKernel.WideRows;
        for (var done = 0; tiles > 0; tiles--)
        {
            var height = (rows - done + tiles - 1) / tiles;
            Wide(x.From(done, 0, 0), height, w, v, step, inputs, ahead, y + ((long)done * yStride), yStride, add);
            done += height;
            ahead = 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Panel(
        in TileInputs x, int rows, byte* w, nint step, int inputs, nint ahead, float* y, int yStride, bool add)
    {
        var tiles = (rows + TKernel.TallRows - 1) / TKernel.TallRows;
        for (var done = 0; tiles > 0; tiles--)
        {
            var height = (rows - done + tiles - 1) / tiles;
            Tall(x.From(done, 0, 0), height, w, step, inputs, ahead, y + ((long)done * yStride), yStride, add);
            done += height;
            ahead = 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide(
        in TileInputs x, int rows, byte* w, byte* v, nint step, int inputs, nint ahead, float* y, int yStride, bool add)
    {
        switch (rows)
        {
            case 2:
                TKernel.Wide<Two>(x, w, v, step, inputs, ahead, y, yStride, add);
                break;
            case 3:
                TKernel.Wide<Three>(x, w, v, step, inputs, ahead, y, yStride, add);
                break;
            case 4:
                TKernel.Wide<Four>(x, w, v, step, inputs, ahead, y, yStride, add);
                break;
            case 5:
                TKernel.Wide<Five>(x, w, v, step, inputs, ahead, y, yStride, add);
                break;
            case 6:
                TKernel.Wide<Six>(x, w, v, step, inputs, ahead, y, yStride, add);
                break;
            case 7:
                TKernel.Wide<Seven>(x, w, v, step, inputs, ahead, y, yStride, add);
                break;
            default:
                TKernel.Wide<Eight>(x, w, v, step, inputs, ahead, y, yStride, add);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tall(
        in TileInputs x, int rows, byte* w, nint step, int inputs, nint ahead, float* y, int yStride, bool add)
    {
        switch (rows)
        {
            case 1:
                TKernel.Tall<One>(x, w, step, inputs, ahead, y, yStride, add);
                break;
            case 2:
                TKernel.Tall<Two>(x, w, step, inputs, ahead, y, yStride, add);
                break;
            case 3:
                TKernel.Tall<Three>(x, w, step, inputs, ahead, y, yStride, add);
                break;
            case 4:
                TKernel.Tall<Four>(x, w, step, inputs, ahead, y, yStride, add);
                break;
            case 5:
                TKernel.Tall<Five>(x, w, step, inputs, ahead, y, yStride, add);
                break;
            case 6:
                TKernel.Tall<Six>(x, w, step, inputs, ahead, y, yStride, add);
                break;
            case 7:
                TKernel.Tall<Seven>(x, w, step, inputs, ahead, y, yStride, add);
                break;
            default:
                TKernel.Tall<Eight>(x, w, step, inputs, ahead, y, yStride, add);
                break;
        }
    }
}
