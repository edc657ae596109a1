using System.Runtime.CompilerServices;

namespace Baton.Engine.Torch.Cpu;

/// <summary>
/// <c>y = x w^T</c> for some panels, one stretch of inputs after the other: a panel of a stretch stays in the innermost
/// cache while all rows use it, and the rows' inputs of a stretch in the one around it.
/// </summary>
internal static unsafe class PanelProduct<TFormat>
    where TFormat : IPanelFormat
{
    private const int Width = PackedMatrix.PanelOutputs;

    /// <param name="x">[rows, inputs], <paramref name="xStride"/> apart.</param>
    /// <param name="xStride">From one row to the next.</param>
    /// <param name="rows">Rows, any number.</param>
    /// <param name="w">Weights.</param>
    /// <param name="firstPanel">The first of the panels.</param>
    /// <param name="endPanel">The one after the last.</param>
    /// <param name="y">[rows, outputs] of the whole product, <paramref name="yStride"/> apart.</param>
    /// <param name="yStride">From one row to the next.</param>
    /// <param name="add">Whether the product is added to what is in <paramref name="y"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(
        float* x, int xStride, int rows, PackedMatrix w, int firstPanel, int endPanel, float* y, int yStride, bool add)
    {
        var whole = Math.Min(endPanel, w.Outputs / Width);
        for (int block = 0, done = 0; done < w.Inputs; block++, done += PackedMatrix.BlockInputs)
        {
            var inputs = Math.Min(PackedMatrix.BlockInputs, w.Inputs - done);
            nint bytes = inputs * TFormat.Bytes;
            var from = x + done;
            var adds = add || block > 0;
            var panel = firstPanel;
            if (rows == 1)
            {
                for (; panel + 4 <= whole; panel += 4)
                    PanelTile<TFormat>.Single(from, w.Panel(block, panel), bytes, inputs, y + (panel * Width), adds);
            }
            else if (rows <= 3)
            {
                for (; panel + 2 <= whole; panel += 2)
                    Pair(from, xStride, rows, w.Panel(block, panel), bytes, inputs, y + (panel * Width), yStride, adds);
            }

            for (; panel < whole; panel++)
            {
                Panel(from, xStride, rows, w.Panel(block, panel), inputs, panel + 1 < endPanel ? bytes : 0, y + (panel * Width), yStride, adds);
            }

            if (whole < endPanel)
                Last(from, xStride, rows, w.Panel(block, whole), inputs, w.Outputs % Width, y + (whole * Width), yStride, adds);
        }
    }

    private static void Pair(
        float* x, int xStride, int rows, byte* w, nint panel, int inputs, float* y, int yStride, bool add)
    {
        if (rows == 2)
            PanelTile<TFormat>.Wide<TwoRows>(x, xStride, w, panel, inputs, y, yStride, add);
        else
            PanelTile<TFormat>.Wide<ThreeRows>(x, xStride, w, panel, inputs, y, yStride, add);
    }

    // Tiles of nearly equal height: one of two rows would leave most of the processor idle. The first brings the next
    // panel's weights along.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Panel(
        float* x, int xStride, int rows, byte* w, int inputs, nint ahead, float* y, int yStride, bool add)
    {
        var tiles = (rows + PanelTile<TFormat>.MostRows - 1) / PanelTile<TFormat>.MostRows;
        for (; tiles > 0; tiles--)
        {
            var height = (rows + tiles - 1) / tiles;
            Tile(x, xStride, height, w, inputs, ahead, y, yStride, add);
            rows -= height;
            x += (long)height * xStride;
            y += (long)height * yStride;
            ahead = 0;
        }
    }

    private static void Tile(
        float* x, int xStride, int rows, byte* w, int inputs, nint ahead, float* y, int yStride, bool add)
    {
        switch (rows)
        {
            case 1:
                PanelTile<TFormat>.Tall<OneRow>(x, xStride, w, inputs, ahead, y, yStride, add);
                break;
            case 2:
                PanelTile<TFormat>.Tall<TwoRows>(x, xStride, w, inputs, ahead, y, yStride, add);
                break;
            case 3:
                PanelTile<TFormat>.Tall<ThreeRows>(x, xStride, w, inputs, ahead, y, yStride, add);
                break;
            case 4:
                PanelTile<TFormat>.Tall<FourRows>(x, xStride, w, inputs, ahead, y, yStride, add);
                break;
            case 5:
                PanelTile<TFormat>.Tall<FiveRows>(x, xStride, w, inputs, ahead, y, yStride, add);
                break;
            default:
                PanelTile<TFormat>.Tall<SixRows>(x, xStride, w, inputs, ahead, y, yStride, add);
                break;
        }
    }

    // The last panel may have fewer outputs than it has places: it is computed aside.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Last(
        float* x, int xStride, int rows, byte* w, int inputs, int outputs, float* y, int yStride, bool add)
    {
        var aside = stackalloc float[PanelTile<TFormat>.MostRows * Width];
        for (var first = 0; first < rows; first += PanelTile<TFormat>.MostRows)
        {
            var height = Math.Min(PanelTile<TFormat>.MostRows, rows - first);
            Tile(x + ((long)first * xStride), xStride, height, w, inputs, 0, aside, Width, add: false);
            for (var r = 0; r < height; r++)
            {
                var to = y + ((long)(first + r) * yStride);
                for (var o = 0; o < outputs; o++)
                    to[o] = add ? to[o] + aside[(r * Width) + o] : aside[(r * Width) + o];
            }
        }
    }
}
