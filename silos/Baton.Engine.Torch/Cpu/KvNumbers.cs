using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Baton.Engine.Torch.Cpu;

/// <summary>How a number of the KV memory is stored, and a weight that lies beside its neighbours. What is computed with it is f32.</summary>
internal unsafe interface IKvNumber : IPanelFormat
{
    /// <summary>Bytes of a number.</summary>
    static abstract int Bytes { get; }

    /// <summary>Eight neighbours.</summary>
    static abstract Vector256<float> Eight(byte* from);

    static abstract float One(byte* from);

    /// <summary>Eight neighbours.</summary>
    static abstract void Store(Vector256<float> values, byte* to);

    static abstract void Store(float value, byte* to);
}

internal readonly unsafe struct F32Numbers : IKvNumber
{
    public static int Bytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(float);
    }

    public static int WeightBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => PackedMatrix.PanelOutputs * sizeof(float);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Eight(byte* from) => Vector256.Load((float*)from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Low(byte* weights) => Eight(weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> High(byte* weights) => Eight(weights + (8 * sizeof(float)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> All(byte* weights) => Vector512.Load((float*)weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float One(byte* from) => *(float*)from;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> values, byte* to) => values.Store((float*)to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float value, byte* to) => *(float*)to = value;
}

internal readonly unsafe struct BF16Numbers : IKvNumber
{
    public static int Bytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(ushort);
    }

    public static int WeightBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => PackedMatrix.PanelOutputs * sizeof(ushort);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Eight(byte* from) => BF16.Widen((ushort*)from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Low(byte* weights) => Eight(weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> High(byte* weights) => Eight(weights + (8 * sizeof(ushort)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> All(byte* weights) => BF16.WidenSixteen((ushort*)weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float One(byte* from) => BF16.Widen(*(ushort*)from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> values, byte* to)
    {
        var rounded = BF16.Round(values);
        Vector128.Narrow(rounded.GetLower(), rounded.GetUpper()).Store((ushort*)to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float value, byte* to) => *(ushort*)to = (ushort)BF16.Round(value);
}
