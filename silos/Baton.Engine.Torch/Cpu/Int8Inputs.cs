using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Baton.Engine.Torch.Cpu;

/// <summary>
/// A product's inputs as 16-bit whole numbers, each stretch of a row with a scale of its own: what a row becomes does not
/// depend on the rows beside it. Reused from product to product.
/// </summary>
internal sealed unsafe class Int8Inputs : IDisposable
{
    private const int Lanes = 8;
    private const int Most = short.MaxValue;

    private const int LineShorts = 32;

    private readonly NativeBuffer _values = new();
    private readonly NativeBuffer _scales = new();
    private readonly RowParts _rows;
    private float* _x;
    private int _xStride;
    private int _inputs;
    private int _stretch;
    private int _stretches;
    private int _stride;
    private short* _to;
    private float* _toScales;

    public Int8Inputs(CpuThreads threads) => _rows = new RowParts(threads, Round);

    /// <summary>Rounds some rows; valid until the next call.</summary>
    public TileInputs Of(float* x, int xStride, int rows, int inputs)
    {
        _x = x;
        (_xStride, _inputs) = (xStride, inputs);
        _stretch = PackedMatrix.StretchOf(inputs);
        _stretches = (inputs + _stretch - 1) / _stretch;
        _stride = StrideOf(inputs);
        _to = (short*)_values.Reserve((long)rows * _stride / 2);
        _toScales = _scales.Reserve((long)rows * _stretches);
        _rows.RunAll(rows, inputs);
        return new TileInputs((byte*)_to, (nint)_stride * sizeof(short), _toScales, _stretches);
    }

    public void Dispose()
    {
        _values.Dispose();
        _scales.Dispose();
    }

    // An odd number of cache lines: the rows begin in all places of a page before one of them comes again. A page apart, or
    // half a page, all would want the same few places of the innermost cache.
    private static int StrideOf(int inputs) => (((inputs + LineShorts - 1) / LineShorts) | 1) * LineShorts;

    private void Round(int row)
    {
        var x = _x + ((long)row * _xStride);
        var to = _to + ((long)row * _stride);
        for (int stretch = 0, first = 0; first < _inputs; stretch++, first += _stretch)
        {
            _toScales[((long)row * _stretches) + stretch] =
                Round(x + first, Math.Min(_stretch, _inputs - first), to + first);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Round(float* x, int count, short* to)
    {
        Vector256<float> largest = default;
        var i = 0;
        for (; i + Lanes <= count; i += Lanes)
            largest = Vector256.Max(largest, Vector256.Abs(Vector256.Load(x + i)));
        var most = 0f;
        for (var lane = 0; lane < Lanes; lane++)
            most = MathF.Max(most, largest[lane]);
        for (; i < count; i++)
            most = MathF.Max(most, MathF.Abs(x[i]));

        var factor = most > 0 ? Most / most : 0;
        for (i = 0; i + Lanes <= count; i += Lanes)
        {
            var whole = Vector256.ConvertToInt32(Vector256.Round(Vector256.Load(x + i) * factor));
            Vector128.Narrow(whole.GetLower(), whole.GetUpper()).Store(to + i);
        }

        for (; i < count; i++)
            to[i] = (short)MathF.Round(x[i] * factor);

        // The other half of the last pair.
        if (count % 2 == 1)
            to[count] = 0;

        return most / Most;
    }
}
