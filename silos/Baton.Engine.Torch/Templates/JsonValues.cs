using System.Text.Json;
using System.Text.Json.Nodes;
using Baton.Core.Text;
using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates;

/// <summary>Turns JSON into the values that templates work on.</summary>
internal static class JsonValues
{
    public static MapValue ReadObject(JsonObject? value, Budget budget) =>
        Read(value, budget) as MapValue ?? new MapValue();

    public static object? Read(JsonNode? node, Budget budget)
    {
        try
        {
            return Read(node, budget, 0);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or JsonException)
        {
            // What System.Text.Json throws for half a surrogate pair and for a name that is there twice.
            throw new ChatTemplateException("The conversation holds JSON that is not valid.", e);
        }
    }

    private static object? Read(JsonNode? node, Budget budget, int depth)
    {
        budget.DataDepth(depth);
        switch (node)
        {
            case null:
                return null;
            case JsonArray array:
                return new List<object?>(array.Select(item => Read(item, budget, depth + 1)));
            case JsonObject properties:
                var map = new MapValue();
                foreach (var (name, value) in properties)
                    map[name] = Read(value, budget, depth + 1);
                return map;
            default:
                return ReadScalar(node.AsValue());
        }
    }

    private static object? ReadScalar(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => value.ToString(),
        JsonValueKind.Number => ReadNumber(value.ToJsonString()),
        _ => null,
    };

    private static object ReadNumber(string text)
    {
        if (long.TryParse(text, Numbers.Culture, out var whole))
            return whole;
        return text.AsSpan().ContainsAny('.', 'e', 'E') ? double.Parse(text, Numbers.Culture) : new BigWhole(text);
    }
}
