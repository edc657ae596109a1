using System.Globalization;
using System.Text.Json;

namespace Baton.Engine.Torch.Model;

/// <summary>Typed, range-checked reads of one JSON object; every failure names the file and the field.</summary>
/// <param name="Source">The file and, for a nested object, the path of the object in it.</param>
/// <param name="Object">The object.</param>
internal sealed record JsonFields(string Source, JsonElement Object)
{
    private const int MaxBytes = 64 << 20;

    /// <summary>Reads a file that must be one JSON object.</summary>
    public static JsonFields Read(string path)
    {
        var name = Path.GetFileName(path);
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new ModelFormatException($"{name} is missing.");

        if (file.Length > MaxBytes)
            throw new ModelFormatException($"{name} has {file.Length} bytes; more than {MaxBytes} are not read.");

        try
        {
            var root = StrictJson.Parse(File.ReadAllBytes(path));
            return root.ValueKind == JsonValueKind.Object
                ? new JsonFields(name, root)
                : throw new ModelFormatException($"{name} must hold a JSON object.");
        }
        catch (JsonException e)
        {
            throw new ModelFormatException(
                $"{name} is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine}).", e);
        }
    }

    public ModelFormatException Bad(string field, string problem) => new($"{Source}: {field} {problem}.");

    /// <summary>The field's value; null when it is absent or JSON null.</summary>
    public JsonElement? Find(string field) =>
        Object.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public JsonFields? Child(string field) => Find(field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } value => new JsonFields($"{Source}: {field}", value),
        _ => throw Bad(field, "must be an object"),
    };

    public int? OptionalInt(string field, int min, int max) => Find(field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out var i) && i >= min && i <= max => i,
        { } value => throw Bad(field, $"is {Shown(value)}; it must be a whole number from {min} to {max}"),
    };

    public int Int(string field, int min, int max) => OptionalInt(field, min, max) ?? throw Bad(field, "is missing");

    public double? OptionalDouble(string field, double min, double max) => Find(field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetDouble(out var d) && d >= min && d <= max => d,
        { } value => throw Bad(
            field, string.Create(CultureInfo.InvariantCulture, $"is {Shown(value)}; it must be from {min} to {max}")),
    };

    public double Double(string field, double min, double max) =>
        OptionalDouble(field, min, max) ?? throw Bad(field, "is missing");

    public bool Bool(string field, bool absent) => Find(field) switch
    {
        null => absent,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => throw Bad(field, $"is {Shown(value)}; it must be true or false"),
    };

    public string? OptionalText(string field) => Find(field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { } value => throw Bad(field, $"is {Shown(value)}; it must be a string"),
    };

    /// <summary>One id or a list of ids; null when absent.</summary>
    public int[]? OptionalIds(string field, int vocabulary)
    {
        int Id(JsonElement value) =>
            value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var id) && id >= 0 && id < vocabulary
                ? id
                : throw Bad(field, $"has {Shown(value)}; ids go from 0 to {vocabulary - 1}");

        return Find(field) switch
        {
            null => null,
            { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(Id)],
            { } single => [Id(single)],
        };
    }

    private static string Shown(JsonElement value) => Untrusted.Shown(value.GetRawText(), 40);
}
