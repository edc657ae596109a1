using System.Runtime.CompilerServices;

namespace Baton.Engine.Torch.Cpu;

/// <summary>
/// <c>y = x w^T</c> for some panels, one stretch of inputs after the other: a panel of a stretch stays in the innermost
/// cache while all rows use it, and the rows' inputs of a stretch in the one around it.
/// </summary>
internal static unsafe class PanelProduct<TKernel>
    where TKernel : IPanelKernel
{
    private const int Width = PackedMatrix.PanelOutputs;

    /// <summary>Most rows of a tile: twelve sums, two weights and an input fill the registers.</summary>
    private const int MostRows = 6;

    /// <param name="x">[rows, inputs].</param>
    /// <param name="rows">Rows, any number.</param>
    /// <param name="w">Weights.</param>
    /// <param name="firstPanel">The first of the panels.</param>
    /// <param name="endPanel">The one after the last.</param>
    /// <param name="y">[rows, outputs] of the whole product, <paramref name="yStride"/> apart.</param>
    /// <param name="yStride">From one row to the next.</param>
    /// <param name="add">Whether the product is added to what is in <paramref name="y"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(
        in TileInputs x, int rows, PackedMatrix w, int firstPanel, int endPanel, float* y, int yStride, bool add)
    {
        var whole = Math.Min(endPanel, w.Outputs / Width);
        for (int stretch = 0, done = 0; done < w.Inputs; stretch++, done += w.StretchInputs)
        {
            var inputs = Math.Min(w.StretchInputs, w.Inputs - done);
            nint bytes = w.PanelBytes(inputs);
            var from = x.From(0, (nint)done * TKernel.InputBytes, stretch);
            var adds = add || stretch > 0;
            var panel = firstPanel;
            if (rows == 1)
            {
                for (; panel + 4 <= whole; panel += 4)
                    TKernel.Single(from, w.Panel(stretch, panel), bytes, inputs, y + (panel * Width), adds);
            }
            else if (rows <= 3)
            {
                for (; panel + 2 <= whole; panel += 2)
                    Pair(from, rows, w.Panel(stretch, panel), bytes, inputs, y + (panel * Width), yStride, adds);
            }

            for (; panel < whole; panel++)
            {
                Panel(from, rows, w.Panel(stretch, panel), inputs, panel + 1 < endPanel ? bytes : 0, y + (panel * Width), yStride, adds);
            }

            if (whole < endPanel)
                Last(from, rows, w.Panel(stretch, whole), inputs, w.Outputs % Width, y + (whole * Width), yStride, adds);
        }
    }

    private static void Pair(
        in TileInputs x, int rows, byte* w, nint panel, int inputs, float* y, int yStride, bool add)
    {
        if (rows == 2)
            TKernel.Wide<TwoRows>(x, w, panel, inputs, y, yStride, add);
        else
            TKernel.Wide<ThreeRows>(x, w, panel, inputs, y, yStride, add);
    }

    // Tiles of nearly equal height: one of two rows would leave most of the processor idle. The first brings the next
    // panel's weights along.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Panel(
        in TileInputs x, int rows, byte* w, int inputs, nint ahead, float* y, int yStride, bool add)
    {
        var tiles = (rows + MostRows - 1) / MostRows;
        for (var done = 0; tiles > 0; tiles--)
        {
            var height = (rows - done + tiles - 1) / tiles;
            Tile(x.From(done, 0, 0), height, w, inputs, ahead, y + ((long)done * yStride), yStride, add);
            done += height;
            ahead = 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(
        in TileInputs x, int rows, byte* w, int inputs, nint ahead, float* y, int yStride, bool add)
    {
        switch (rows)
        {
            case 1:
                TKernel.Tall<OneRow>(x, w, inputs, ahead, y, yStride, add);
                break;
            case 2:
                TKernel.Tall<TwoRows>(x, w, inputs, ahead, y, yStride, add);
                break;
            case 3:
                TKernel.Tall<ThreeRows>(x, w, inputs, ahead, y, yStride, add);
                break;
            case 4:
                TKernel.Tall<FourRows>(x, w, inputs, ahead, y, yStride, add);
                break;
            case 5:
                TKernel.Tall<FiveRows>(x, w, inputs, ahead, y, yStride, add);
                break;
            default:
                TKernel.Tall<SixRows>(x, w, inputs, ahead, y, yStride, add);
                break;
        }
    }

    // The last panel may have fewer outputs than it has places: it is computed aside.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Last(
        in TileInputs x, int rows, byte* w, int inputs, int outputs, float* y, int yStride, bool add)
    {
        var aside = stackalloc float[MostRows * Width];
        for (var first = 0; first < rows; first += MostRows)
        {
            var height = Math.Min(MostRows, rows - first);
            Tile(x.From(first, 0, 0), height, w, inputs, 0, aside, Width, add: false);
            for (var r = 0; r < height; r++)
            {
                var to = y + ((long)(first + r) * yStride);
                for (var o = 0; o < outputs; o++)
                    to[o] = add ? to[o] + aside[(r * Width) + o] : aside[(r * Width) + o];
            }
        }
    }
}
