using System.Text.Json;
using System.Text.Json.Nodes;

namespace Baton.Host.Api.Requests;

/// <summary>Tool calls of earlier answers, as chat templates take them.</summary>
internal static class ToolCalls
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>
    /// OpenAI's clients send a call's arguments as JSON in a string; templates were written for the object. What is no
    /// object stays as it is.
    /// </summary>
    public static void ReadArguments(JsonObject message)
    {
        if (message["tool_calls"] is not JsonArray calls)
        {
            return;
        }

        foreach (var call in calls)
        {
            if (call is JsonObject one && one["function"] is JsonObject function
                && function["arguments"] is JsonValue arguments && arguments.TryGetValue(out string? text)
                && Parse(text) is { } read)
            {
                function["arguments"] = read;
            }
        }
    }

    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: Strict) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
