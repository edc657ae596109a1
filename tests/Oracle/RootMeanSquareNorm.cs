namespace Baton.Oracle;

/// <summary>x / sqrt(mean(x²) + ε), scaled by a learned weight.</summary>
public sealed class RootMeanSquareNorm(float[] weight, double epsilon)
{
    public double[] Apply(ReadOnlySpan<double> input)
    {
        double squares = 0;
        foreach (var value in input)
        {
            squares += value * value;
        }

        var scale = 1 / Math.Sqrt((squares / input.Length) + epsilon);
        var output = new double[input.Length];
        for (var i = 0; i < output.Length; i++)
        {
            output[i] = input[i] * scale * weight[i];
        }

        return output;
    }
}
