using System.Text.Json;
using System.Text.Json.Nodes;

namespace Baton.Host.Api.Requests;

/// <summary>Reads the messages of a chat as chat templates take them: content is one string.</summary>
internal static class MessageReader
{
    private const int MaxRoleLength = 64;

    public static JsonArray Read(FieldReader fields, ApiOptions options)
    {
        var messages = new JsonArray();
        if (!fields.TryGet("messages", out var list) || list.ValueKind != JsonValueKind.Array
            || list.GetArrayLength() == 0)
        {
            fields.Refuse("messages", "messages must be a list of at least one message.");
            return messages;
        }

        if (list.GetArrayLength() > options.MaxMessages)
        {
            fields.Refuse("messages", $"messages has at most {options.MaxMessages} entries.");
            return messages;
        }

        foreach (var message in list.EnumerateArray())
        {
            if (ReadOne(fields, message, $"messages[{messages.Count}]", options) is not { } read)
            {
                break;
            }

            messages.Add((JsonNode)read);
        }

        return messages;
    }

    private static JsonObject? ReadOne(FieldReader fields, JsonElement message, string where, ApiOptions options)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            fields.Refuse("messages", $"{where} must be an object.");
            return null;
        }

        if (!message.TryGetProperty("role", out var role) || role.ValueKind != JsonValueKind.String
            || role.GetString() is not { Length: > 0 and <= MaxRoleLength })
        {
            fields.Refuse("messages", $"{where}.role must be a string such as system, user or assistant.");
            return null;
        }

        var read = new JsonObject();
        foreach (var field in message.EnumerateObject())
        {
            if (field.Name != "content")
            {
                read[field.Name] = Node(field.Value);
            }
        }

        ToolCalls.ReadArguments(read);

        if (Content(fields, message, where, options) is not { } content)
        {
            return null;
        }

        read["content"] = content;
        return read;
    }

    private static string? Content(FieldReader fields, JsonElement message, string where, ApiOptions options)
    {
        var hasContent = message.TryGetProperty("content", out var content)
            && content.ValueKind != JsonValueKind.Null;
        switch (hasContent ? content.ValueKind : JsonValueKind.Null)
        {
            case JsonValueKind.String:
                return content.GetString();

            // Clients leave the content of a message that only calls tools out, or null.
            case JsonValueKind.Null when message.TryGetProperty("tool_calls", out var calls)
                && calls.ValueKind == JsonValueKind.Array && calls.GetArrayLength() > 0:
                return "";

            case JsonValueKind.Array:
                return Parts(fields, content, where, options);

            default:
                fields.Refuse("messages", $"{where}.content must be a string or a list of text parts.");
                return null;
        }
    }

    private static string? Parts(FieldReader fields, JsonElement parts, string where, ApiOptions options)
    {
        if (parts.GetArrayLength() > options.MaxContentParts)
        {
            fields.Refuse("messages", $"{where}.content has at most {options.MaxContentParts} parts.");
            return null;
        }

        List<string> texts = [];
        foreach (var part in parts.EnumerateArray())
        {
            var type = part.ValueKind == JsonValueKind.Object && part.TryGetProperty("type", out var t)
                && t.ValueKind == JsonValueKind.String ? t.GetString() : null;
            if (type == "text" && part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String)
            {
                texts.Add(text.GetString()!);
                continue;
            }

            fields.Refuse(
                "messages",
                type is "image_url" or "input_audio" or "file" or "video_url" or "audio_url"
                    ? $"{where}.content has a part of type {type}; this model reads text alone."
                    : $"{where}.content must hold parts of the form {{\"type\":\"text\",\"text\":\"...\"}}.");
            return null;
        }

        return string.Join('\n', texts);
    }

    private static JsonNode? Node(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Object => Fields(value),
        JsonValueKind.Array => new JsonArray([.. value.EnumerateArray().Select(Node)]),
        _ => JsonValue.Create(value),
    };

    // Of a name that comes twice the last counts, as everywhere in a request.
    private static JsonObject Fields(JsonElement value)
    {
        var fields = new JsonObject();
        foreach (var field in value.EnumerateObject())
        {
            fields[field.Name] = Node(field.Value);
        }

        return fields;
    }
}
