using System.Runtime.InteropServices;

namespace Baton.Engine.Torch.Cpu;

/// <summary>
/// A projection's weights in the order in which kernels want them: [stretch of inputs][panel of sixteen outputs][input]
/// [output], so that memory is read from one end to the other. The last panel is filled up with zeros.
/// </summary>
internal sealed unsafe class PackedMatrix : IDisposable
{
    /// <summary>Outputs of a panel.</summary>
    public const int PanelOutputs = 16;

    /// <summary>Inputs of a stretch: a panel of it is at most half of a 32 KiB cache.</summary>
    public const int BlockInputs = 256;

    private const int Alignment = 64;

    private readonly byte* _weights;
    private readonly long _blockBytes;

    /// <summary>Takes memory for a projection; its content is the packer's.</summary>
    public PackedMatrix(int outputs, int inputs, WeightFormat format, bool bias)
    {
        (Outputs, Inputs, Format) = (outputs, inputs, format);
        Panels = (outputs + PanelOutputs - 1) / PanelOutputs;
        var stretches = inputs / BlockInputs;
        _blockBytes = (long)Panels * PanelBytes(BlockInputs);
        Bytes = (stretches * _blockBytes) + (inputs % BlockInputs > 0 ? (long)Panels * PanelBytes(inputs % BlockInputs) : 0);
        _weights = (byte*)NativeMemory.AlignedAlloc((nuint)Bytes, Alignment);
        Bias = bias ? (float*)NativeMemory.AlignedAlloc((nuint)(outputs * sizeof(float)), Alignment) : null;
    }

    public int Outputs { get; }

    public int Inputs { get; }

    public WeightFormat Format { get; }

    public int Panels { get; }

    /// <summary>Bytes of the weights.</summary>
    public long Bytes { get; }

    /// <summary>[outputs], or null.</summary>
    public float* Bias { get; }

    /// <summary>Bytes of a panel of a stretch of so many inputs.</summary>
    public int PanelBytes(int inputs) => Format switch
    {
        WeightFormat.Int8 => Int8Tiles.PanelBytes(inputs),
        WeightFormat.BF16 => inputs * BF16Panels.Bytes,
        _ => inputs * F32Panels.Bytes,
    };

    /// <summary>The weights of a panel's first input of a stretch.</summary>
    public byte* Panel(int block, int panel) =>
        _weights + (block * _blockBytes) + ((long)panel * PanelBytes(Math.Min(BlockInputs, Inputs - (block * BlockInputs))));

    public void Dispose()
    {
        NativeMemory.AlignedFree(_weights);
        NativeMemory.AlignedFree(Bias);
    }
}
