using System.Globalization;

namespace Baton.Engine.Torch.Model;

/// <summary>Reads the rotary settings in both spellings: rope_theta with rope_scaling, and rope_parameters.</summary>
internal static class RopeReader
{
    private const double DefaultTheta = 10_000;

    public static (double Theta, RopeScaling? Scaling) Read(JsonFields config)
    {
        var parameters = config.Child("rope_parameters");
        var settings = parameters ?? config.Child("rope_scaling");
        RefusePartial(config);
        if (settings is not null)
            RefusePartial(settings);

        var theta = parameters?.OptionalDouble("rope_theta", 1, 1e12)
            ?? config.OptionalDouble("rope_theta", 1, 1e12)
            ?? DefaultTheta;
        return (theta, settings is null ? null : Scaling(settings, config));
    }

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
