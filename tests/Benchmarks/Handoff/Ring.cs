using System.Runtime.InteropServices;

namespace Baton.Benchmarks.Handoff;

/// <summary>Memory outside of the managed heap that is gone through message by message.</summary>
internal sealed unsafe class Ring : IDisposable
{
    private readonly byte* _start = (byte*)NativeMemory.AlignedAlloc(RawTransfer.RingBytes, 4096);
    private int _at;

    public Ring() => RandomBytes.Fill((nint)_start, RawTransfer.RingBytes);

    public Span<byte> Next()
    {
        var message = new Span<byte>(_start + _at, RawTransfer.MessageBytes);
        _at = (_at + RawTransfer.MessageBytes) % RawTransfer.RingBytes;
        return message;
    }

    public void Dispose() => NativeMemory.AlignedFree(_start);
}
