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
            // Contexts grow a block at a time: not an allocation for each.
            var room = Math.Max(floats, _room + (_room / 2));
            Dispose();
            _memory = (float*)NativeMemory.AlignedAlloc((nuint)(room * sizeof(float)), Alignment);
            _room = room;
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
