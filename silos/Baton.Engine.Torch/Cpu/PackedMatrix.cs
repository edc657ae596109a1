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

    // About so many, by which a panel of a stretch takes half of a 32 KiB cache; the last stretch is no shorter than others,
    // for a short one costs as much around it as a long one.
    private const int Stretch = 256;
    private const int StretchStep = 8;

    private const int Alignment = 64;

    private readonly byte* _weights;
    private readonly long _stretchBytes;

    /// <summary>Takes memory for a projection; its content is the packer's.</summary>
    public PackedMatrix(int outputs, int inputs, WeightFormat format, bool bias)
    {
        (Outputs, Inputs, Format) = (outputs, inputs, format);
        Panels = (outputs + PanelOutputs - 1) / PanelOutputs;
        StretchInputs = StretchOf(inputs);
        _stretchBytes = (long)Panels * PanelBytes(StretchInputs);
        var rest = inputs % StretchInputs;
        Bytes = (inputs / StretchInputs * _stretchBytes) + (rest > 0 ? (long)Panels * PanelBytes(rest) : 0);
        _weights = (byte*)NativeMemory.AlignedAlloc((nuint)Bytes, Alignment);
        try
        {
            Bias = bias ? (float*)NativeMemory.AlignedAlloc((nuint)outputs * sizeof(float), Alignment) : null;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int Outputs { get; }

    public int Inputs { get; }

    public WeightFormat Format { get; }

    public int Panels { get; }

    /// <summary>Inputs of every stretch but the last, which may have fewer.</summary>
    public int StretchInputs { get; }

    /// <summary>Bytes of the weights.</summary>
    public long Bytes { get; }

    /// <summary>[outputs], or null.</summary>
    public float* Bias { get; }

    /// <summary>Bytes of a panel of a stretch of so many inputs.</summary>
    public int PanelBytes(int inputs) => Format switch
    {
        WeightFormat.Int8 => Int8Tiles.PanelBytes(inputs),
        WeightFormat.BF16 => inputs * BF16Panels.WeightBytes,
        _ => inputs * F32Numbers.WeightBytes,
    };

    /// <summary>The weights of a panel's first input of a stretch.</summary>
    public byte* Panel(int stretch, int panel) => _weights + (stretch * _stretchBytes)
        + ((long)panel * PanelBytes(Math.Min(StretchInputs, Inputs - (stretch * StretchInputs))));

    /// <summary>Inputs of a stretch of a projection that has so many: at most half as many again as the usual.</summary>
    public static int StretchOf(int inputs)
    {
        var stretches = Math.Max(1, (inputs + (Stretch / 2)) / Stretch);
        var each = (inputs + stretches - 1) / stretches;
        return (each + StretchStep - 1) / StretchStep * StretchStep;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_weights);
        NativeMemory.AlignedFree(Bias);
    }
}
