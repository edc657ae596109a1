using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Baton.Engine.Torch.Cpu;

/// <summary>How one input's weights of a panel's sixteen outputs are stored.</summary>
internal unsafe interface IPanelFormat
{
    /// <summary>Bytes of the sixteen.</summary>
    static abstract int WeightBytes { get; }

    /// <summary>The weights of outputs 0 to 7.</summary>
    static abstract Vector256<float> Low(byte* weights);

    /// <summary>The weights of outputs 8 to 15.</summary>
    static abstract Vector256<float> High(byte* weights);

    /// <summary>All sixteen.</summary>
    static abstract Vector512<float> All(byte* weights);
}

/// <summary>
/// Eight words, each with the bf16 of output i in its lower and that of output i + 8 in its upper half: a shift and a mask
/// widen them, where neighbours side by side would have to be moved apart first.
/// </summary>
internal readonly unsafe struct BF16Panels : IPanelFormat
{
    public static int WeightBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 32;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Low(byte* weights) => (Vector256.Load((uint*)weights) << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> High(byte* weights) =>
        (Vector256.Load((uint*)weights) & Vector256.Create(0xffff0000)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> All(byte* weights) => Vector512.Create(Low(weights), High(weights));
}
