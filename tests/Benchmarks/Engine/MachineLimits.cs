using System.Diagnostics;
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

    private static void ReadAll(byte* memory, int threads)
    {
        var part = ReadBytes / threads;
        var readers = Enumerable.Range(0, threads).Select(i => new Thread(() => Read(memory + (i * part), part))).ToArray();
        Array.ForEach(readers, r => r.Start());
        Array.ForEach(readers, r => r.Join());
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
