using System.Numerics;
using System.Runtime.InteropServices;

namespace Baton.Core.Sampling;

/// <summary>Vector arithmetic over a vocabulary.</summary>
internal static class LogitMath
{
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

    /// <summary>Index of the largest value; the lowest where several are equal.</summary>
    public static int ArgMax(ReadOnlySpan<float> values)
    {
        float max = Max(values);
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

    /// <summary>Replaces each value by (value - max) * factor.</summary>
    public static void Scale(Span<float> values, float max, float factor)
    {
        Span<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        var offset = new Vector<float>(max);
        for (int i = 0; i < vectors.Length; i++)
            vectors[i] = (vectors[i] - offset) * factor;
        Span<float> rest = values[(vectors.Length * Vector<float>.Count)..];
        for (int i = 0; i < rest.Length; i++)
            rest[i] = (rest[i] - max) * factor;
    }

    /// <summary>Replaces each value by its exponential.</summary>
    public static void Exp(Span<float> values)
    {
        Span<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        for (int i = 0; i < vectors.Length; i++)
            vectors[i] = Vector.Exp(vectors[i]);
        Span<float> rest = values[(vectors.Length * Vector<float>.Count)..];
        for (int i = 0; i < rest.Length; i++)
            rest[i] = MathF.Exp(rest[i]);
    }

    /// <summary>The natural logarithm of the sum of the exponentials.</summary>
    public static float LogSumExp(ReadOnlySpan<float> values)
    {
        float max = Max(values);
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        var offset = new Vector<float>(max);
        double sum = 0;
        foreach (Vector<float> vector in vectors)
            sum += Vector.Sum(Vector.Exp(vector - offset));
        foreach (float value in values[(vectors.Length * Vector<float>.Count)..])
            sum += MathF.Exp(value - max);
        return max + (float)Math.Log(sum);
    }

    /// <summary>The sum in double precision, in order.</summary>
    public static double Sum(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
            sum += value;
        return sum;
    }
}
