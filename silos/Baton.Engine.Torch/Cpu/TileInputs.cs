namespace Baton.Engine.Torch.Cpu;

/// <summary>Inputs of a product as its kernel wants them: f32, or 16-bit whole numbers with a scale for each stretch.</summary>
/// <param name="rows">The first row.</param>
/// <param name="strideBytes">From one row to the next.</param>
/// <param name="scales">Scale of the first row's first stretch, or null.</param>
/// <param name="scaleStride">From one row's scales to the next row's.</param>
internal readonly unsafe struct TileInputs(byte* rows, nint strideBytes, float* scales, nint scaleStride)
{
    public readonly byte* Rows = rows;
    public readonly nint StrideBytes = strideBytes;
    public readonly float* Scales = scales;
    public readonly nint ScaleStride = scaleStride;

    public static TileInputs Floats(float* rows, int stride) => new((byte*)rows, (nint)stride * sizeof(float), null, 0);

    /// <summary>The same from another row and stretch on.</summary>
    /// <param name="row">Rows to leave out.</param>
    /// <param name="bytes">Bytes of each row to leave out.</param>
    /// <param name="stretches">Stretches to leave out.</param>
    public TileInputs From(int row, nint bytes, int stretches) => new(
        Rows + (row * StrideBytes) + bytes, StrideBytes, Scales + (row * ScaleStride) + stretches, ScaleStride);
}
