using System.Globalization;
using System.Text;
using MessagePack;
using MessagePack.Formatters;

namespace Baton.Host.Hubs;

/// <summary><see cref="HubJson"/> in the MessagePack protocol.</summary>
public sealed class HubJsonFormatter : IMessagePackFormatter<HubJson?>
{
    /// <inheritdoc/>
    public HubJson? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        MessagePackSerializer.ConvertToJson(ref reader, text, options);
        return new HubJson(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <inheritdoc/>
    public void Serialize(ref MessagePackWriter writer, HubJson? value, MessagePackSerializerOptions options)
    {
        if (value is null)
        {
            writer.WriteNil();
            return;
        }

        using var text = new StringReader(Encoding.UTF8.GetString(value.Utf8.Span));
        MessagePackSerializer.ConvertFromJson(text, ref writer, options);
    }
}
