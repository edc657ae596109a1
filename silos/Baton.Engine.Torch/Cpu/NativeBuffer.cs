using System.Runtime.InteropServices;

namespace Baton.Engine.Torch.Cpu;

/// <summary>Numbers outside the managed heap, on a cache line's boundary; grown when a step needs more, never shrunk.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    private const int Alignment = 64;

    private long _room;
    private float* _memory;

    /// <summary>Room for so many; what was there before may be lost.</summary>
    public float* Reserve(long floats)
    {
        if (floats > _room)
        {
            NativeMemory.AlignedFree(_memory);
            _memory = null;
            _memory = (float*)NativeMemory.AlignedAlloc((nuint)(floats * sizeof(float)), Alignment);
            _room = floats;
        }

        return _memory;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
        _room = 0;
    }
}
