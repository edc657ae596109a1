namespace Baton.Engine.Torch;

/// <summary>The number format in which weights are held.</summary>
public enum WeightFormat
{
    /// <summary>No weight is rounded: bf16 where the file has that and the device computes in it, f32 elsewhere.</summary>
    Auto,
    F32,
    BF16,
#pragma warning disable CA1720 // The option's own word.
    Int8,
#pragma warning restore CA1720
}

/// <summary>How a model is loaded and run.</summary>
public sealed record TorchOptions
{
    /// <summary><c>cpu</c>, <c>cuda</c> or <c>cuda:n</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>
    /// CPU threads of one operation. 0 is one for each processor that the process may use; torch's own operators, which
    /// other devices run on, then have as many as libtorch chooses (the physical cores).
    /// </summary>
    public int Threads { get; init; }

    public WeightFormat Weights { get; init; } = WeightFormat.Auto;

    public KvFormat Kv { get; init; } = KvFormat.F32;

    /// <summary>The name that clients use; null is the name of the folder.</summary>
    public string? ModelId { get; init; }
}
