using System.Globalization;

namespace Baton.Engine.Torch.Model;

/// <summary>Reads the rotary settings in both spellings: rope_theta with rope_scaling, and rope_parameters.</summary>
internal static class RopeReader
{
    private const double DefaultTheta = 10_000;

    public static (double Theta, RopeScaling? Scaling) Read(JsonFields config)
    {
        RefusePartial(config);
        var theta = Theta(config) ?? DefaultTheta;
        if ((config.Child("rope_parameters") ?? config.Child("rope_scaling")) is not { } settings)
            return (theta, null);

        var parts = RopeParts.Used(settings, config);
        var first = Part(parts[0], config, theta);
        var other = parts.FirstOrDefault(p => Part(p, config, theta) != first);
        return other is null
            ? first
            : throw new ModelFormatException(
                $"{other.Source} is not as {parts[0].Source}; layers that rotate differently are not supported.");
    }

    private static (double Theta, RopeScaling? Scaling) Part(JsonFields settings, JsonFields config, double theta)
    {
        RefusePartial(settings);
        return (Theta(settings) ?? theta, Scaling(settings, config));
    }

    private static double? Theta(JsonFields fields) => fields.OptionalDouble("rope_theta", 1, 1e12);

    // Phi-4 rotates a part of each head. It says so beside the other fields, newer exports beside theta.
    private static void RefusePartial(JsonFields fields)
    {
        const string Field = "partial_rotary_factor";
        if (fields.OptionalDouble(Field, 0, 1) is { } part and not 1)
            throw fields.Bad(Field, string.Create(CultureInfo.InvariantCulture, $"is {part}; only whole heads are rotated"));
    }

    private static RopeScaling? Scaling(JsonFields settings, JsonFields config)
    {
        // Older files say "type".
        var kind = settings.OptionalText("rope_type") ?? settings.OptionalText("type") ?? "default";
        return kind switch
        {
            "default" => null,
            "llama3" => Llama3(settings, config),
            _ => throw settings.Bad("rope_type", $"is {Untrusted.Shown(kind)}; supported are default and llama3"),
        };
    }

    private static RopeScaling Llama3(JsonFields settings, JsonFields config)
    {
        var scaling = new RopeScaling(
            settings.Double("factor", 1, 1e6),
            settings.Double("low_freq_factor", 1e-6, 1e6),
            settings.Double("high_freq_factor", 1e-6, 1e6),
            settings.OptionalInt("original_max_position_embeddings", 1, 1 << 24)
                ?? config.Int("max_position_embeddings", 1, 1 << 24));
        return scaling.HighFrequencyFactor > scaling.LowFrequencyFactor
            ? scaling
            : throw settings.Bad("high_freq_factor", "must be greater than low_freq_factor");
    }
}
