namespace Baton.Oracle;

/// <summary>x / sqrt(mean(x²) + ε), scaled by a learned weight.</summary>
public sealed class RootMeanSquareNorm(float[] weight, double epsilon)
{
    /// <summary>Normalises each run of the weight's length in place.</summary>
    public void ApplyToHeads(Span<double> heads)
    {
        for (var start = 0; start < heads.Length; start += weight.Length)
        {
            var head = heads.Slice(start, weight.Length);
            Apply(head).CopyTo(head);
        }
    }

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
