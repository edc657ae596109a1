using System.Text.Json;

namespace Baton.Engine.Torch.Tokenization;

/// <summary>A JSON value and where it stands, so that every complaint names the component.</summary>
internal readonly record struct JsonPart(JsonElement Element, string Name)
{
    public bool IsNull => Element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    /// <summary>The value of the "type" member, which every component has.</summary>
    public string Type => Member("type").AsString();

    public JsonPart Member(string name)
    {
        Expect(JsonValueKind.Object, "an object");
        Element.TryGetProperty(name, out var value);
        return new JsonPart(value, $"{Name}.{name}");
    }

    public string AsString()
    {
        Expect(JsonValueKind.String, "a string");
        return Element.GetString()!;
    }

    public string? AsOptionalString() => IsNull ? null : AsString();

    public bool AsBool(bool otherwise) => Element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Null or JsonValueKind.Undefined => otherwise,
        _ => throw Malformed("must be true or false"),
    };

    public int AsInt(int maximum)
    {
        if (Element.ValueKind == JsonValueKind.Number && Element.TryGetInt32(out var value) && value >= 0
            && value <= maximum)
            return value;
        throw Malformed($"must be a whole number from 0 to {maximum}");
    }

    public int AsInt(int maximum, int otherwise) => IsNull ? otherwise : AsInt(maximum);

    public IEnumerable<JsonPart> Items()
    {
        Expect(JsonValueKind.Array, "a list");
        var name = Name;
        return Element.EnumerateArray().Select((item, i) => new JsonPart(item, $"{name}[{i}]"));
    }

    /// <summary>The members of a list of components, of which a real file has a handful.</summary>
    public List<JsonPart> Components()
    {
        var items = Items().Take(TokenizerLimits.MaxComponents + 1).ToList();
        return items.Count <= TokenizerLimits.MaxComponents ? items : throw Malformed("has too many members");
    }

    public ModelFormatException Malformed(string what) => new($"tokenizer.json: {Name} {what}.");

    public ModelFormatException Unsupported(string what) => new($"tokenizer.json: {Name}: {what} is not supported.");

    private void Expect(JsonValueKind kind, string article)
    {
        if (Element.ValueKind != kind)
            throw Malformed(IsNull ? "is missing" : $"must be {article}");
    }
}
