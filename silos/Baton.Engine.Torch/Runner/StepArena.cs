using System.Runtime.InteropServices;
using Baton.Engine.Torch.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Baton.Engine.Torch.Runner;

/// <summary>
/// Host memory for the inputs of one step, reused by the next: tensors over it cost no copy on the CPU and one on
/// other devices.
/// </summary>
internal sealed unsafe class StepArena(Device device) : IDisposable
{
    private const int Alignment = 64;
    private const int FirstBytes = 64 << 10;

    private readonly List<nint> _chunks = [];
    private long _room;
    private long _used;
    private long _total;

    /// <summary>Takes everything back; spans and tensors of the last step are invalid from here on.</summary>
    public void Reset()
    {
        if (_chunks.Count != 1)
        {
            var bytes = Math.Max(_total, FirstBytes);
            Dispose();
            AddChunk(bytes);
        }

        _used = 0;
    }

    /// <summary>A span of <paramref name="count"/> elements, not cleared, and the address of its memory.</summary>
    public Span<T> Take<T>(int count, out nint address)
        where T : unmanaged
    {
        var bytes = (((long)count * sizeof(T)) + Alignment - 1) / Alignment * Alignment;
        if (_used + bytes > _room)
            AddChunk(Math.Max(bytes, FirstBytes));

        address = (nint)(_chunks[^1] + _used);
        _used += bytes;
        return new Span<T>((void*)address, count);
    }

    /// <summary>A tensor with the contents of what <see cref="Take"/> gave, once they are written.</summary>
    public Tensor Upload(nint address, ScalarType type, params ReadOnlySpan<long> shape)
    {
        var host = Blob.Over(address, type, shape);
        return device.type == DeviceType.CPU ? host : host.to(device);
    }

    public void Dispose()
    {
        foreach (var chunk in _chunks)
            NativeMemory.AlignedFree((void*)chunk);

        _chunks.Clear();
        _total = _room = _used = 0;
    }

    private void AddChunk(long bytes)
    {
        _chunks.Add((nint)NativeMemory.AlignedAlloc((nuint)bytes, Alignment));
        _room = bytes;
        _total += bytes;
        _used = 0;
    }
}
