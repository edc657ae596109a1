using MessagePack;
using MessagePack.Formatters;

namespace Baton.Host.Hubs;

/// <summary>Items in MessagePack: maps with the names of the JSON protocol; what an item has not is left out.</summary>
public sealed class GeneratedItemFormatter : IMessagePackFormatter<GeneratedItem?>
{
    /// <inheritdoc/>
    /// <remarks>The server sends items and never receives any.</remarks>
    public GeneratedItem? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) =>
        throw new NotSupportedException("Items are sent by the server alone.");

    /// <inheritdoc/>
    public void Serialize(ref MessagePackWriter writer, GeneratedItem? value, MessagePackSerializerOptions options)
    {
        if (value is null)
        {
            writer.WriteNil();
            return;
        }

        var optional = (value.Logprob is null ? 0 : 1) + (value.FinishReason is null ? 0 : 1)
            + (value.Usage is null ? 0 : 1);
        writer.WriteMapHeader(3 + optional);
        writer.Write("index");
        writer.Write(value.Index);
        writer.Write("tokenId");
        if (value.TokenId is { } token)
        {
            writer.Write(token);
        }
        else
        {
            writer.WriteNil();
        }

        writer.Write("text");
        writer.Write(value.Text);
        if (value.Logprob is { } logprob)
        {
            writer.Write("logprob");
            writer.Write(logprob);
        }

        if (value.FinishReason is { } reason)
        {
            writer.Write("finishReason");
            writer.Write(reason);
        }

        if (value.Usage is { } usage)
        {
            writer.Write("usage");
            Write(ref writer, usage);
        }
    }

    private static void Write(ref MessagePackWriter writer, GeneratedUsage usage)
    {
        writer.WriteMapHeader(4);
        writer.Write("promptTokens");
        writer.Write(usage.PromptTokens);
        writer.Write("completionTokens");
        writer.Write(usage.CompletionTokens);
        writer.Write("totalTokens");
        writer.Write(usage.TotalTokens);
        writer.Write("cachedTokens");
        writer.Write(usage.CachedTokens);
    }
}
