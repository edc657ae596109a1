using System.Numerics;

namespace Baton.Oracle;

/// <summary>A linear map y = W x + b with W stored row by row, as checkpoints have it; sums in float64.</summary>
public sealed class Projection(float[] weight, int inputs, float[]? bias = null)
{
    public static Projection Read(WeightFolder weights, string name, int inputs) =>
        new(weights[name + ".weight"], inputs, weights.Optional(name + ".bias"));

    /// <summary>A projection of its own, or some rows of a larger one that checkpoints of other families have in its place.</summary>
    public static Projection Read(WeightFolder weights, string name, string larger, int firstRow, int rows, int inputs) =>
        weights.Optional(larger + ".weight") is { } all
            ? new Projection(all[(firstRow * inputs)..((firstRow + rows) * inputs)], inputs)
            : Read(weights, name, inputs);

    public double[] Apply(ReadOnlySpan<double> input)
    {
        var output = new double[weight.Length / inputs];
        for (var row = 0; row < output.Length; row++)
        {
            output[row] = Dot(weight.AsSpan(row * inputs, inputs), input) + (bias?[row] ?? 0);
        }

        return output;
    }

    private static double Dot(ReadOnlySpan<float> row, ReadOnlySpan<double> input)
    {
        var lanes = Vector<float>.Count;
        Vector<double> low = Vector<double>.Zero, high = Vector<double>.Zero;
        var i = 0;
        for (; i + lanes <= row.Length; i += lanes)
        {
            Vector.Widen(new Vector<float>(row[i..]), out var left, out var right);
            low += left * new Vector<double>(input[i..]);
            high += right * new Vector<double>(input[(i + Vector<double>.Count)..]);
        }

        var sum = Vector.Sum(low + high);
        for (; i < row.Length; i++)
        {
            sum += row[i] * input[i];
        }

        return sum;
    }
}
