using System.Runtime.CompilerServices;

namespace Baton.Engine.Torch.Cpu;

/// <summary>
/// <c>y = x w^T</c> over threads: parts are some outputs of some rows, small enough that both stay in a core's cache while
/// they are used. Reused from one product to the next.
/// </summary>
internal sealed unsafe class MatMul : IParts
{
    private const int CacheBytes = 192 << 10;
    private const int FewestOutputs = 16;

    // Of a part: so many multiplications that taking it is nothing beside them.
    private const long LeastWork = 1 << 15;

    private float* _x;
    private int _xStride;
    private int _rows;
    private float* _w;
    private int _outputs;
    private int _width;
    private float* _y;
    private int _yStride;
    private bool _add;
    private float* _bias;
    private int _rowsOfPart;
    private int _outputsOfPart;
    private int _partsOfRows;

    /// <param name="threads">Who computes.</param>
    /// <param name="x">[rows, width], <paramref name="xStride"/> apart.</param>
    /// <param name="xStride">From one row to the next.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="w">[outputs, width].</param>
    /// <param name="bias">[outputs], or null.</param>
    /// <param name="outputs">Outputs.</param>
    /// <param name="width">Inputs of an output.</param>
    /// <param name="y">[rows, outputs], <paramref name="yStride"/> apart.</param>
    /// <param name="yStride">From one row to the next.</param>
    /// <param name="add">Whether the product is added to what is in <paramref name="y"/>.</param>
    public void Run(
        CpuThreads threads, float* x, int xStride, int rows, float* w, float* bias, int outputs, int width, float* y, int yStride, bool add)
    {
        _x = x;
        _xStride = xStride;
        _rows = rows;
        _w = w;
        _bias = bias;
        _outputs = outputs;
        _width = width;
        _y = y;
        _yStride = yStride;
        _add = add;
        const int TileRows = DotTile.Rows;
        _rowsOfPart = Math.Min(rows, Math.Max(TileRows, CacheBytes / (sizeof(float) * width) / TileRows * TileRows));
        var byCache = CacheBytes / (sizeof(float) * width);
        var byThreads = outputs / (8 * threads.Count);
        var byWork = (int)Math.Min(outputs, LeastWork / Math.Max(1, (long)width * _rowsOfPart));
        _outputsOfPart = Math.Max(FewestOutputs, Math.Max(byWork, Math.Min(byCache, byThreads)) / DotTile.Outputs * DotTile.Outputs);
        _partsOfRows = (rows + _rowsOfPart - 1) / _rowsOfPart;
        threads.Run(this, _partsOfRows * ((outputs + _outputsOfPart - 1) / _outputsOfPart));
    }

    // Neighbouring parts share their inputs: each output's weights come from memory once for so many rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int part, int thread)
    {
        var firstRow = part % _partsOfRows * _rowsOfPart;
        var rows = Math.Min(_rowsOfPart, _rows - firstRow);
        var first = part / _partsOfRows * _outputsOfPart;
        var outputs = Math.Min(_outputsOfPart, _outputs - first);
        var x = _x + ((long)firstRow * _xStride);
        var y = _y + ((long)firstRow * _yStride) + first;
        DotTile.Multiply(x, _xStride, rows, _w + ((long)first * _width), outputs, _width, y, _yStride, _add);
        if (_bias is not null)
        {
            for (var r = 0; r < rows; r++)
                RowMath.Add(y + ((long)r * _yStride), _bias + first, outputs);
        }
    }
}
