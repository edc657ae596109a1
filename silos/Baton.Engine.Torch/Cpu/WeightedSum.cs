using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Baton.Engine.Torch.Cpu;

/// <summary>
/// Sums of a block's values by the weights of a few queries, added to what earlier blocks gave. Position after position, so
/// a query's sum does not depend on those beside it.
/// </summary>
internal static unsafe class WeightedSum<TNumber, TKernel>
    where TNumber : IKvNumber
    where TKernel : IPanelKernel
{
    private const int Lanes = 8;
    private const int Width = PackedMatrix.PanelOutputs;

    /// <param name="weights">[rows, positions], <paramref name="weightStride"/> apart.</param>
    /// <param name="weightStride">From one row to the next.</param>
    /// <param name="rows">Queries.</param>
    /// <param name="values">[positions, width], without a gap.</param>
    /// <param name="positions">Positions.</param>
    /// <param name="width">Elements of a value.</param>
    /// <param name="y">[rows, width], without a gap.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* weights, int weightStride, int rows, byte* values, int positions, int width, float* y)
    {
        var count = width / Width;
        var panels = stackalloc byte*[count];
        for (var p = 0; p < count; p++)
            panels[p] = values + (p * Width * TNumber.Bytes);

        PanelTiles<TKernel>.Multiply(
            TileInputs.Floats(weights, weightStride), rows, panels, count, width * TNumber.Bytes, positions, y, width, add: true);
        if (width % Width == 0)
            return;
        for (var r = 0; r < rows; r++)
            Rest(weights + ((long)r * weightStride), values, positions, width, y + ((long)r * width), count * Width);
    }

    // What fills no panel, by eights and then one by one.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rest(float* weights, byte* values, int positions, int width, float* y, int from)
    {
        var valueBytes = width * TNumber.Bytes;
        var i = from;
        for (; i + Lanes <= width; i += Lanes)
        {
            Vector256<float> sum = default;
            var value = values + (i * TNumber.Bytes);
            for (var t = 0; t < positions; t++, value += valueBytes)
                sum = Vector256.FusedMultiplyAdd(Vector256.Create(weights[t]), TNumber.Eight(value), sum);

            (Vector256.Load(y + i) + sum).Store(y + i);
        }

        for (; i < width; i++)
        {
            var sum = 0f;
            var value = values + (i * TNumber.Bytes);
            for (var t = 0; t < positions; t++, value += valueBytes)
                sum = MathF.FusedMultiplyAdd(weights[t], TNumber.One(value), sum);

            y[i] += sum;
        }
    }
}
