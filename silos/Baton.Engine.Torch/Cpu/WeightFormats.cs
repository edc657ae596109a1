using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Baton.Engine.Torch.Cpu;

/// <summary>How a weight lies in memory, and how eight of them become f32.</summary>
internal unsafe interface IWeightFormat<TElement>
    where TElement : unmanaged
{
    static abstract Vector256<float> Load(TElement* from);

    static abstract float LoadOne(TElement* from);
}

internal readonly unsafe struct F32Format : IWeightFormat<float>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* from) => Vector256.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadOne(float* from) => *from;
}

/// <summary>The upper half of an f32: widening it is exact.</summary>
internal readonly unsafe struct BF16Format : IWeightFormat<ushort>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(ushort* from) =>
        (Vector256.WidenLower(Vector128.Load(from).ToVector256Unsafe()) << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadOne(ushort* from) => BitConverter.UInt32BitsToSingle((uint)*from << 16);
}
