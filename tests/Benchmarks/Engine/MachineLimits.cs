using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Baton.Benchmarks.Engine;

/// <summary>What the machine can do at all, measured beside what is measured of the engine.</summary>
internal static unsafe class MachineLimits
{
    // Far beyond any cache.
    private const long ReadBytes = 512L << 20;
    private const int MatrixSize = 1024;
    private const int Tries = 5;
    private const int RegisterSteps = 20_000_000;
    private const int Sums = 12;

    // Lest what is computed into it be left out.
    private static float _kept;

    /// <summary>Bytes a second that so many threads read from memory together.</summary>
    public static double ReadBandwidth(int threads)
    {
        var memory = (byte*)NativeMemory.AlignedAlloc((nuint)ReadBytes, 64);
        NativeMemory.Fill(memory, (nuint)ReadBytes, 1);
        var best = Enumerable.Range(0, Tries).Min(_ => Seconds(() => ReadAll(memory, threads)));
        NativeMemory.AlignedFree(memory);
        return ReadBytes / best;
    }

    /// <summary>Floating-point operations a second of libtorch's own f32 matrix product.</summary>
    public static double MatrixFlops(int threads)
    {
        set_num_threads(threads);
        using var scope = NewDisposeScope();
        Tensor a = rand(MatrixSize, MatrixSize), b = rand(MatrixSize, MatrixSize);
        mm(a, b).Dispose();
        var best = Enumerable.Range(0, 2 * Tries).Min(_ => Seconds(() => mm(a, b).Dispose()));
        return 2.0 * MatrixSize * MatrixSize * MatrixSize / best;
    }

    /// <summary>
    /// Floating-point operations a second of multiplications and additions of what is in registers, the widest that there are:
    /// more than any product of matrices can reach.
    /// </summary>
    public static double RegisterFlops(int threads)
    {
        var wide = Vector512.IsHardwareAccelerated;
        Action multiply = wide ? MultiplyWide : MultiplyNarrow;
        var best = Enumerable.Range(0, Tries).Min(_ => Seconds(() => OnThreads(threads, _ => multiply())));
        return 2.0 * RegisterSteps * Sums * (wide ? Vector512<float>.Count : Vector256<float>.Count) * threads / best;
    }

    private static void ReadAll(byte* memory, int threads)
    {
        var part = ReadBytes / threads;
        OnThreads(threads, i => Read(memory + (i * part), part));
    }

    private static void OnThreads(int count, Action<int> run)
    {
        var threads = Enumerable.Range(0, count).Select(i => new Thread(() => run(i))).ToArray();
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
    }

    // As many sums as fill the time from an operation's start to its end, twice a cycle.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyWide()
    {
        Vector512<float> x = Vector512.Create(1e-9f), y = Vector512.Create(0.5f);
        Vector512<float> a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;
        for (var step = 0; step < RegisterSteps; step++)
        {
            (a, b, c) = (Vector512.FusedMultiplyAdd(x, y, a), Vector512.FusedMultiplyAdd(x, y, b), Vector512.FusedMultiplyAdd(x, y, c));
            (d, e, f) = (Vector512.FusedMultiplyAdd(x, y, d), Vector512.FusedMultiplyAdd(x, y, e), Vector512.FusedMultiplyAdd(x, y, f));
            (g, h, i) = (Vector512.FusedMultiplyAdd(x, y, g), Vector512.FusedMultiplyAdd(x, y, h), Vector512.FusedMultiplyAdd(x, y, i));
            (j, k, l) = (Vector512.FusedMultiplyAdd(x, y, j), Vector512.FusedMultiplyAdd(x, y, k), Vector512.FusedMultiplyAdd(x, y, l));
        }

        _kept = Vector512.Sum(((a + b) + (c + d)) + ((e + f) + (g + h)) + ((i + j) + (k + l)));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyNarrow()
    {
        Vector256<float> x = Vector256.Create(1e-9f), y = Vector256.Create(0.5f);
        Vector256<float> a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;
        for (var step = 0; step < RegisterSteps; step++)
        {
            (a, b, c) = (Vector256.FusedMultiplyAdd(x, y, a), Vector256.FusedMultiplyAdd(x, y, b), Vector256.FusedMultiplyAdd(x, y, c));
            (d, e, f) = (Vector256.FusedMultiplyAdd(x, y, d), Vector256.FusedMultiplyAdd(x, y, e), Vector256.FusedMultiplyAdd(x, y, f));
            (g, h, i) = (Vector256.FusedMultiplyAdd(x, y, g), Vector256.FusedMultiplyAdd(x, y, h), Vector256.FusedMultiplyAdd(x, y, i));
            (j, k, l) = (Vector256.FusedMultiplyAdd(x, y, j), Vector256.FusedMultiplyAdd(x, y, k), Vector256.FusedMultiplyAdd(x, y, l));
        }

        _kept = Vector256.Sum(((a + b) + (c + d)) + ((e + f) + (g + h)) + ((i + j) + (k + l)));
    }

    private static void Read(byte* from, long bytes)
    {
        Vector256<int> a = default, b = default, c = default, d = default;
        for (long i = 0; i + 128 <= bytes; i += 128)
        {
            a |= Vector256.Load((int*)(from + i));
            b |= Vector256.Load((int*)(from + i + 32));
            c |= Vector256.Load((int*)(from + i + 64));
            d |= Vector256.Load((int*)(from + i + 96));
        }

        if (((a | b) | (c | d)) == default)
            throw new InvalidOperationException("The memory that was read is not the memory that was written.");
    }

    private static double Seconds(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
