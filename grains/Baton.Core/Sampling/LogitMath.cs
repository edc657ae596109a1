using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Baton.Core.Numerics;

namespace Baton.Core.Sampling;

/// <summary>Vector arithmetic over a vocabulary.</summary>
internal static class LogitMath
{
    /// <summary>The largest value; NaN where any is.</summary>
    public static float Max(ReadOnlySpan<float> values)
    {
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        var best = new Vector<float>(float.NegativeInfinity);
        foreach (Vector<float> vector in vectors)
            best = Vector.Max(best, vector);
        float max = float.NegativeInfinity;
        for (int i = 0; i < Vector<float>.Count; i++)
            max = MathF.Max(max, best[i]);
        foreach (float value in values[(vectors.Length * Vector<float>.Count)..])
            max = MathF.Max(max, value);
        return max;
    }

    /// <summary>Index of the largest value, which <see cref="Max"/> gave; the lowest where several are equal.</summary>
    public static int IndexOf(ReadOnlySpan<float> values, float max)
    {
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        var sought = new Vector<float>(max);
        int skip = 0;
        while (skip < vectors.Length && !Vector.EqualsAny(vectors[skip], sought))
            skip++;
        for (int i = skip * Vector<float>.Count; i < values.Length; i++)
        {
            if (values[i] == max)
                return i;
        }

        return 0;
    }

    /// <summary>The natural logarithm of the sum of the exponentials.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float LogSumExp(ReadOnlySpan<float> values)
    {
        float max = Max(values);
        ReadOnlySpan<Vector256<float>> vectors = MemoryMarshal.Cast<float, Vector256<float>>(values);
        Vector256<float> offset = Vector256.Create(max);
        double sum = 0;
        foreach (Vector256<float> vector in vectors)
            sum += Vector256.Sum(VectorExp.Of(vector - offset));
        foreach (float value in values[(vectors.Length * Vector256<float>.Count)..])
            sum += MathF.Exp(value - max);
        return max + (float)Math.Log(sum);
    }
}
