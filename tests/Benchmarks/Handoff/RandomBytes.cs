namespace Baton.Benchmarks.Handoff;

/// <summary>Touches memory for the first time, with bytes that no layer can make smaller.</summary>
internal static class RandomBytes
{
    public static unsafe void Fill(nint address, int bytes) =>
        new Random(1).NextBytes(new Span<byte>((void*)address, bytes));
}
