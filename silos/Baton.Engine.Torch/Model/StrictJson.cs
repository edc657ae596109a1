using System.Text.Json;

namespace Baton.Engine.Torch.Model;

/// <summary>Parses JSON from untrusted files.</summary>
internal static class StrictJson
{
    /// <summary>
    /// Parses a document. A string that is no valid text fails here, as a <see cref="JsonException"/>: on its own
    /// <see cref="JsonDocument"/> notices only when somebody reads the string.
    /// </summary>
    public static JsonElement Parse(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        try
        {
            ReadText(document.RootElement);
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("A string is not valid text.", null, 0, 0, e);
        }

        return document.RootElement.Clone();
    }

    // Depth is bounded: the parser refuses more than 64 levels.
    private static void ReadText(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                _ = element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                    ReadText(item);
                break;
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    _ = property.Name;
                    ReadText(property.Value);
                }

                break;
        }
    }
}
