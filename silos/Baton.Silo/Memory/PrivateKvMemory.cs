using System.Runtime.InteropServices;
using Baton.Core.Engine;

namespace Baton.Silo.Memory;

/// <summary>A pool that no other process can map.</summary>
public sealed unsafe class PrivateKvMemory : IKvMemory
{
    private nint _address;

    public PrivateKvMemory(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        Bytes = bytes;
        _address = (nint)NativeMemory.AllocZeroed((nuint)bytes);
    }

    ~PrivateKvMemory() => Free();

    public nint Address => _address;

    public long Bytes { get; }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free() => NativeMemory.Free((void*)Interlocked.Exchange(ref _address, 0));
}
