using System.Runtime.InteropServices;

namespace Baton.Core.Engine;

/// <summary>KV memory of this process alone: zero-filled, outside the managed heap, aligned to a page.</summary>
public sealed unsafe class NativeKvMemory : IKvMemory
{
    private const int PageBytes = 4096;
    private nint _address;

    public NativeKvMemory(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        void* memory = NativeMemory.AlignedAlloc((nuint)bytes, PageBytes);
        NativeMemory.Clear(memory, (nuint)bytes);
        _address = (nint)memory;
        Bytes = bytes;
    }

    /// <summary>Memory for a pool of blocks.</summary>
    public static NativeKvMemory For(KvLayout layout, int blocks)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return new NativeKvMemory((long)layout.BlockBytes * blocks);
    }

    public nint Address
    {
        get
        {
            ObjectDisposedException.ThrowIf(_address == 0, this);
            return _address;
        }
    }

    public long Bytes { get; }

    public void Dispose()
    {
        nint address = Interlocked.Exchange(ref _address, 0);
        if (address != 0)
            NativeMemory.AlignedFree((void*)address);
    }
}
