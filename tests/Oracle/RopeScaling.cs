using System.Text.Json.Nodes;

namespace Baton.Oracle;

/// <summary>Llama 3's stretching of the slow rotations; the fast ones stay, those between are blended.</summary>
public sealed record RopeScaling(double Factor, double LowFactor, double HighFactor, double OriginalPositions)
{
    public static RopeScaling? Read(JsonNode? node)
    {
        if (node is not JsonObject json)
        {
            return null;
        }

        var type = (json["rope_type"] ?? json["type"])?.GetValue<string>();
        return type switch
        {
            null or "default" => null,
            "llama3" => new RopeScaling(
                json["factor"]!.GetValue<double>(),
                json["low_freq_factor"]!.GetValue<double>(),
                json["high_freq_factor"]!.GetValue<double>(),
                json["original_max_position_embeddings"]!.GetValue<double>()),
            _ => throw new NotSupportedException($"rope_scaling of type {type} is not supported."),
        };
    }

    public double Scale(double frequency)
    {
        var wavelength = 2 * Math.PI / frequency;
        if (wavelength < OriginalPositions / HighFactor)
        {
            return frequency;
        }

        if (wavelength > OriginalPositions / LowFactor)
        {
            return frequency / Factor;
        }

        var blend = ((OriginalPositions / wavelength) - LowFactor) / (HighFactor - LowFactor);
        return ((1 - blend) * frequency / Factor) + (blend * frequency);
    }
}
