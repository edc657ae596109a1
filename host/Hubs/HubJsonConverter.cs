using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Baton.Host.Hubs;

/// <summary><see cref="HubJson"/> in the JSON protocol.</summary>
public sealed class HubJsonConverter : JsonConverter<HubJson>
{
    /// <inheritdoc/>
    public override HubJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return new HubJson(Encoding.UTF8.GetBytes(document.RootElement.GetRawText()));
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, HubJson value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteRawValue(value.Utf8.Span);
    }
}
