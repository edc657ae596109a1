using System.Text.Json;

namespace Baton.Engine.Torch.Model;

/// <summary>
/// Rotary settings may be an object for each type of layer, by its name, instead of one for all: those of the types that
/// the model's layers have.
/// </summary>
internal static class RopeParts
{
    private const string LayerTypes = "layer_types";

    /// <summary>The settings themselves where they are not parted; otherwise at least one part.</summary>
    public static JsonFields[] Used(JsonFields settings, JsonFields config)
    {
        var present = settings.Object.EnumerateObject().Where(p => p.Value.ValueKind != JsonValueKind.Null).ToArray();
        var parts = present.Where(p => p.Value.ValueKind == JsonValueKind.Object).Select(p => p.Name).Distinct().ToArray();
        if (parts.Length == 0)
            return [settings];

        if (parts.Length < present.Length)
            throw settings.Bad(Untrusted.Shown(parts[0]), "stands beside settings for all layers; which of them hold is not known");

        // Without the types of the layers any of the parts may be the one that holds.
        return [.. (Types(config) ?? parts).Select(type => Part(settings, type))];
    }

    private static JsonFields Part(JsonFields settings, string type)
    {
        var name = Untrusted.Shown(type);
        return settings.Find(type) is { } part
            ? new JsonFields($"{settings.Source}: {name}", part)
            : throw settings.Bad(name, $"is missing, but {LayerTypes} has it");
    }

    private static string[]? Types(JsonFields config)
    {
        if (config.Find(LayerTypes) is not { } list)
            return null;
        var isNames = list.ValueKind == JsonValueKind.Array
            && list.GetArrayLength() > 0
            && list.EnumerateArray().All(t => t.ValueKind == JsonValueKind.String);
        return isNames
            ? [.. list.EnumerateArray().Select(t => t.GetString()!).Distinct()]
            : throw config.Bad(LayerTypes, "must be a list of names");
    }
}
