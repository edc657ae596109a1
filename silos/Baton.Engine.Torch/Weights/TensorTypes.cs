using static TorchSharp.torch;

namespace Baton.Engine.Torch.Weights;

/// <summary>The number types of the safetensors format.</summary>
internal static class TensorTypes
{
    /// <summary>Bytes of one element; null for a name the format does not have.</summary>
    public static int? BytesOf(string type) => type switch
    {
        "F64" or "I64" or "U64" or "C64" => 8,
        "F32" or "I32" or "U32" => 4,
        "F16" or "BF16" or "I16" or "U16" => 2,
        "BOOL" or "I8" or "U8" or "F8_E4M3" or "F8_E5M2" => 1,
        _ => null,
    };

    /// <summary>The torch type of a weight; null for types that weights are not read from.</summary>
    public static ScalarType? WeightType(string type) => type switch
    {
        "F32" => ScalarType.Float32,
        "F16" => ScalarType.Float16,
        "BF16" => ScalarType.BFloat16,
        _ => null,
    };
}
