using System.Runtime.Intrinsics;

namespace Baton.Silo.Handoff;

/// <summary>
/// Copies KV past the caches: it is read again when they hold other things, and a store that goes by them need not fetch
/// what it overwrites, which is a third of a copy's traffic to memory.
/// </summary>
internal static unsafe class KvCopy
{
    private const int Line = 64;
    private const int LeastBytes = 64 << 10;

    public static void Copy(byte* from, Span<byte> to)
    {
        fixed (byte* start = to)
        {
            var head = (int)((Line - ((nint)start & (Line - 1))) & (Line - 1));
            if (!Vector256.IsHardwareAccelerated || to.Length < LeastBytes)
            {
                Buffer.MemoryCopy(from, start, to.Length, to.Length);
                return;
            }
            Buffer.MemoryCopy(from, start, head, head);
            var whole = (to.Length - head) & -Line;
            Stream(from + head, start + head, whole);
            var rest = to.Length - head - whole;
            Buffer.MemoryCopy(from + head + whole, start + head + whole, rest, rest);
        }
        // Such stores are not ordered with others by themselves: who is told of the copy must find it done.
        Thread.MemoryBarrier();
    }

    private static void Stream(byte* from, byte* to, int bytes)
    {
        for (var at = 0; at < bytes; at += Line)
        {
            var (low, high) = (Vector256.Load(from + at), Vector256.Load(from + at + (Line / 2)));
            low.StoreAlignedNonTemporal(to + at);
            high.StoreAlignedNonTemporal(to + at + (Line / 2));
        }
    }
}
