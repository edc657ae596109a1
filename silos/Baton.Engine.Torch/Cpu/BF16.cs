using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Baton.Engine.Torch.Cpu;

/// <summary>
/// The upper half of an f32. Rounded to the nearest, ties to even; numbers that came from bf16 stay as they were.
/// </summary>
/// <remarks>
/// Rounded as a number is, a NaN could become infinite or, by a carry into the sign, zero: it is cut off, and quiet, lest
/// nothing be left of it.
/// </remarks>
internal static unsafe class BF16
{
    private const uint Infinity = 0x7f80_0000;
    private const uint Magnitude = 0x7fff_ffff;
    private const uint Quiet = 0x40;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Round(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (bits & Magnitude) > Infinity
            ? (bits >> 16) | Quiet
            : (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    }

    /// <summary>Eight, each in the lower half of its word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Round(Vector256<float> values)
    {
        var bits = values.AsUInt32();
        var cut = bits >> 16;
        var rounded = (bits + Vector256.Create(0x7fffu) + (cut & Vector256<uint>.One)) >> 16;
        return Vector256.ConditionalSelect(Vector256.IsNaN(values).AsUInt32(), cut | Vector256.Create(Quiet), rounded);
    }

    /// <summary>Eight neighbours.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Widen(ushort* from)
    {
        if (Avx2.IsSupported)
            return (Avx2.ConvertToVector256Int32(from) << 16).AsSingle();

        var eight = Vector128.Load(from);
        return (Vector256.Create(Vector128.WidenLower(eight), Vector128.WidenUpper(eight)) << 16).AsSingle();
    }

    /// <summary>Sixteen neighbours.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> WidenSixteen(ushort* from) => Avx512F.IsSupported
        ? (Avx512F.ConvertToVector512Int32(Vector256.Load(from)) << 16).AsSingle()
        : Vector512.Create(Widen(from), Widen(from + 8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Widen(ushort value) => BitConverter.UInt32BitsToSingle((uint)value << 16);
}
