using System.Buffers;

namespace Baton.Silo.Memory;

/// <summary>A window on a pool, so that a socket reads and writes it without a copy.</summary>
internal sealed unsafe class UnmanagedMemory : MemoryManager<byte>
{
    private readonly byte* _start;
    private readonly int _length;

    private UnmanagedMemory(nint address, int length)
    {
        _start = (byte*)address;
        _length = length;
    }

    /// <summary>Whoever uses it sees to it that the pool outlives it.</summary>
    public static Memory<byte> At(nint address, int length)
    {
        var window = new UnmanagedMemory(address, length);
        return window.Memory;
    }

    public override Span<byte> GetSpan() => new(_start, _length);

    public override MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
