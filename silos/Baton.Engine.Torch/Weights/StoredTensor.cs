using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Baton.Engine.Torch.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Baton.Engine.Torch.Weights;

/// <summary>A weight where it lies in a mapped file.</summary>
internal sealed record StoredTensor(string Name, SafetensorsFile File, TensorEntry Entry, ScalarType Type)
{
    // How much of a file is resident at once while it is converted.
    private const long CopyBytes = 32 << 20;

    public long[] Shape => Entry.Shape;

    private nint Address => File.AddressOf(Entry);

    /// <summary>Whether <see cref="Map"/> can serve: the file holds exactly what the device computes with.</summary>
    public bool IsReady(ScalarType type, Device device) =>
        Type == type && device.type == DeviceType.CPU && Address % type.ElementSize() == 0;

    /// <summary>The tensor over the file itself: no copy, the pages are shared between processes.</summary>
    public Tensor Map() => Blob.Over(Address, Type, Shape);

    /// <summary>Some elements, widened to f32.</summary>
    /// <param name="first">The first element.</param>
    /// <param name="to">Room for them.</param>
    public unsafe void Read(long first, Span<float> to)
    {
        var address = (byte*)Address + (first * Type.ElementSize());
        switch (Type)
        {
            case ScalarType.BFloat16:
                WidenBF16((ushort*)address, to);
                break;
            case ScalarType.Float16:
                for (var i = 0; i < to.Length; i++)
                    to[i] = (float)((Half*)address)[i];

                break;
            default:
                new ReadOnlySpan<float>(address, to.Length).CopyTo(to);
                break;
        }
    }

    /// <summary>Lets go of the pages of some elements; they are read again on demand.</summary>
    public void DropPages(long first, long count) =>
        Posix.DropPages((nint)(Address + (first * Type.ElementSize())), count * Type.ElementSize());

    /// <summary>Copies, converting, into <paramref name="target"/> of equal shape; leaves no page resident.</summary>
    public void CopyTo(Tensor target)
    {
        long rows = Shape[0], rowBytes = (Entry.End - Entry.Begin) / rows;
        var step = Math.Max(1, CopyBytes / rowBytes);
        for (long first = 0; first < rows; first += step)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(step, rows - first);
            var address = (nint)(Address + (first * rowBytes));
            target.narrow(0, first, count).copy_(Blob.Over(address, Type, [count, .. Shape.AsSpan(1)]));
            Posix.DropPages(address, count * rowBytes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void WidenBF16(ushort* from, Span<float> to)
    {
        var i = 0;
        fixed (float* target = to)
        {
            for (; i + 8 <= to.Length; i += 8)
                (Vector256.WidenLower(Vector128.Load(from + i).ToVector256Unsafe()) << 16).AsSingle().Store(target + i);
        }

        for (; i < to.Length; i++)
            to[i] = BitConverter.UInt32BitsToSingle((uint)from[i] << 16);
    }
}
