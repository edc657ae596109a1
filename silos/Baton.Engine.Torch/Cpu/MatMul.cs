using System.Runtime.CompilerServices;

namespace Baton.Engine.Torch.Cpu;

/// <summary>
/// <c>y = x w^T</c> over threads: parts are some panels of outputs of some rows, so many rows that their inputs stay in a
/// core's cache while they are used. Reused from one product to the next.
/// </summary>
/// <param name="threads">They compute.</param>
/// <param name="wide">Whether by registers of 512 bits, which a machine without them only imitates; the product is the same.</param>
internal sealed unsafe class MatMul(CpuThreads threads, bool wide) : IParts, IDisposable
{
    // Of a stretch of inputs, beside what else is in 512 KiB.
    private const int MostRows = 192;

    // So that what a part adds to stays in the cache too.
    private const int MostPanels = 32;

    // What one row takes at a time.
    private const int PanelStep = 4;

    // Of a part: so many multiplications that taking it is nothing beside them.
    private const long LeastWork = 1 << 16;

    private readonly Int8Inputs _rounded = new(threads);
    private TileInputs _x;
    private int _rows;
    private PackedMatrix? _w;
    private float* _y;
    private int _yStride;
    private bool _add;
    private int _rowsOfPart;
    private int _panelsOfPart;
    private int _partsOfRows;

    /// <param name="x">[rows, inputs], <paramref name="xStride"/> apart.</param>
    /// <param name="xStride">From one row to the next.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="w">Weights, and their bias if there is one.</param>
    /// <param name="y">[rows, outputs], <paramref name="yStride"/> apart.</param>
    /// <param name="yStride">From one row to the next.</param>
    /// <param name="add">Whether the product is added to what is in <paramref name="y"/>.</param>
    public void Run(float* x, int xStride, int rows, PackedMatrix w, float* y, int yStride, bool add)
    {
        _x = w.Format == WeightFormat.Int8 ? _rounded.Of(x, xStride, rows, w.Inputs) : TileInputs.Floats(x, xStride);
        _rows = rows;
        _w = w;
        _y = y;
        _yStride = yStride;
        _add = add;
        _partsOfRows = (rows + MostRows - 1) / MostRows;
        _rowsOfPart = (rows + _partsOfRows - 1) / _partsOfRows;
        var byThreads = w.Panels / (8 * threads.Count);
        var byWork = LeastWork / ((long)w.Inputs * PackedMatrix.PanelOutputs * _rowsOfPart);
        var panels = (int)Math.Clamp(Math.Max(byWork, Math.Min(byThreads, MostPanels)), 1, w.Panels);
        _panelsOfPart = (panels + PanelStep - 1) / PanelStep * PanelStep;
        threads.Run(this, _partsOfRows * ((w.Panels + _panelsOfPart - 1) / _panelsOfPart));
    }

    // Neighbouring parts share their weights: they come from memory once for all rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int part, int thread)
    {
        var w = _w!;
        var firstRow = part % _partsOfRows * _rowsOfPart;
        var rows = Math.Min(_rowsOfPart, _rows - firstRow);
        var first = part / _partsOfRows * _panelsOfPart;
        var end = Math.Min(w.Panels, first + _panelsOfPart);
        var x = _x.From(firstRow, 0, 0);
        var y = _y + ((long)firstRow * _yStride);
        if (wide)
            Multiply<Int8Tiles512, FloatTiles512<BF16Panels>, FloatTiles512<F32Numbers>>(x, rows, w, first, end, y);
        else
            Multiply<Int8Tiles, FloatTiles<BF16Panels>, FloatTiles<F32Numbers>>(x, rows, w, first, end, y);
        if (w.Bias is not null)
            AddBias(w, rows, first * PackedMatrix.PanelOutputs, end * PackedMatrix.PanelOutputs, y);
    }

    public void Dispose() => _rounded.Dispose();

    private void Multiply<TInt8, TBF16, TF32>(in TileInputs x, int rows, PackedMatrix w, int first, int end, float* y)
        where TInt8 : IPanelKernel
        where TBF16 : IPanelKernel
        where TF32 : IPanelKernel
    {
        switch (w.Format)
        {
            case WeightFormat.Int8:
                PanelProduct<TInt8>.Multiply(x, rows, w, first, end, y, _yStride, _add);
                break;
            case WeightFormat.BF16:
                PanelProduct<TBF16>.Multiply(x, rows, w, first, end, y, _yStride, _add);
                break;
            default:
                PanelProduct<TF32>.Multiply(x, rows, w, first, end, y, _yStride, _add);
                break;
        }
    }

    private void AddBias(PackedMatrix w, int rows, int first, int end, float* y)
    {
        var outputs = Math.Min(w.Outputs, end) - first;
        for (var r = 0; r < rows; r++)
            RowMath.Add(y + ((long)r * _yStride) + first, w.Bias + first, outputs);
    }
}
