using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Baton.Core.Numerics;

namespace Baton.Engine.Torch.Cpu;

/// <summary>What is done to a row of numbers at a time. Sums go over a row in one order, whatever else is computed.</summary>
/// <remarks>
/// Here and in the other kernels methods are compiled to the best there is at once: vectors in code that is to be compiled
/// again later are a hundred times slower, and a worker's first requests would wait for seconds.
/// </remarks>
internal static unsafe class RowMath
{
    private const int Lanes = 8;

    /// <summary><c>y += x</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* y, float* x, int count)
    {
        var i = 0;
        for (; i + Lanes <= count; i += Lanes)
            (Vector256.Load(y + i) + Vector256.Load(x + i)).Store(y + i);
        for (; i < count; i++)
            y[i] += x[i];
    }

    /// <summary>Root mean square norm: <c>y = x / rms(x) * weight</c> (Zhang and Sennrich, 2019).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Norm(float* x, float* weight, float epsilon, float* y, int count)
    {
        Vector256<float> squares = default;
        var i = 0;
        for (; i + Lanes <= count; i += Lanes)
            squares = Vector256.FusedMultiplyAdd(Vector256.Load(x + i), Vector256.Load(x + i), squares);
        var sum = Vector256.Sum(squares);
        for (; i < count; i++)
            sum += x[i] * x[i];

        var scale = 1 / MathF.Sqrt((sum / count) + epsilon);
        for (i = 0; i + Lanes <= count; i += Lanes)
            (Vector256.Load(x + i) * scale * Vector256.Load(weight + i)).Store(y + i);
        for (; i < count; i++)
            y[i] = x[i] * scale * weight[i];
    }

    /// <summary>Rotates a head by its position: halves (a, b) become (a cos - b sin, b cos + a sin).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rotate(float* head, float* cos, float* sin, int half)
    {
        var i = 0;
        for (; i + Lanes <= half; i += Lanes)
        {
            Vector256<float> a = Vector256.Load(head + i), b = Vector256.Load(head + half + i);
            Vector256<float> c = Vector256.Load(cos + i), s = Vector256.Load(sin + i);
            ((a * c) - (b * s)).Store(head + i);
            ((b * c) + (a * s)).Store(head + half + i);
        }

        for (; i < half; i++)
        {
            var (a, b) = (head[i], head[half + i]);
            head[i] = (a * cos[i]) - (b * sin[i]);
            head[half + i] = (b * cos[i]) + (a * sin[i]);
        }
    }

    /// <summary><c>gate = gate * sigmoid(gate) * up</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gate(float* gate, float* up, int count)
    {
        var i = 0;
        for (; i + Lanes <= count; i += Lanes)
        {
            var g = Vector256.Load(gate + i);
            (g / (Vector256<float>.One + VectorExp.Of(-g)) * Vector256.Load(up + i)).Store(gate + i);
        }

        for (; i < count; i++)
        {
            // The same function as above, so that a number does not depend on where in a row it stands.
            var exp = VectorExp.Of(Vector256.CreateScalar(-gate[i])).ToScalar();
            gate[i] = gate[i] / (1 + exp) * up[i];
        }
    }

    /// <summary>Scores to weights, not yet divided by their sum, which is returned: <c>exp(s - max s)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Softmax(float* scores, int count)
    {
        var max = float.NegativeInfinity;
        var top = Vector256.Create(max);
        var i = 0;
        for (; i + Lanes <= count; i += Lanes)
            top = Vector256.Max(top, Vector256.Load(scores + i));
        for (var lane = 0; lane < Lanes; lane++)
            max = MathF.Max(max, top[lane]);
        for (; i < count; i++)
            max = MathF.Max(max, scores[i]);

        Vector256<float> sums = default;
        for (i = 0; i + Lanes <= count; i += Lanes)
        {
            var exp = VectorExp.Of(Vector256.Load(scores + i) - Vector256.Create(max));
            exp.Store(scores + i);
            sums += exp;
        }

        var sum = Vector256.Sum(sums);
        for (; i < count; i++)
        {
            scores[i] = VectorExp.Of(Vector256.CreateScalar(scores[i] - max)).ToScalar();
            sum += scores[i];
        }

        return sum;
    }

    /// <summary><c>y *= factor</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale(float* y, float factor, int count)
    {
        var i = 0;
        for (; i + Lanes <= count; i += Lanes)
            (Vector256.Load(y + i) * factor).Store(y + i);
        for (; i < count; i++)
            y[i] *= factor;
    }
}
