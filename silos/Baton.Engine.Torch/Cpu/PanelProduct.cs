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
        var whole = Math.Min(endPanel, w.Outputs / Width) - firstPanel;
        var panels = stackalloc byte*[whole];
        for (int stretch = 0, done = 0; done < w.Inputs; stretch++, done += w.StretchInputs)
        {
            var inputs = Math.Min(w.StretchInputs, w.Inputs - done);
            var from = x.From(0, (nint)done * TKernel.InputBytes, stretch);
            var adds = add || stretch > 0;
            for (var panel = 0; panel < whole; panel++)
                panels[panel] = w.Panel(stretch, firstPanel + panel);

            var to = y + (firstPanel * Width);
            PanelTiles<TKernel>.Multiply(from, rows, panels, whole, TKernel.WeightBytes, inputs, to, yStride, adds);
            if (firstPanel + whole < endPanel)
            {
                PanelTiles<TKernel>.MultiplyPart(
                    from, rows, w.Panel(stretch, firstPanel + whole), TKernel.WeightBytes, inputs, w.Outputs % Width,
                    to + (whole * Width), yStride, adds);
            }
        }
    }
}
