using System.Text.Json;
using Baton.Core.Engine;

namespace Baton.Host.Api.Requests;

/// <summary>Reads when generation ends.</summary>
internal static class StopReader
{
    /// <summary>Strings that end a choice.</summary>
    public static string[] Strings(FieldReader fields, ApiOptions options)
    {
        if (!fields.TryGet("stop", out var value))
        {
            return [];
        }

        List<string> stops = [];
        IEnumerable<JsonElement> items =
            value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Take(options.MaxStopStrings + 1) : [value];
        foreach (var item in items)
        {
            if (item.ValueKind != JsonValueKind.String
                || item.GetString() is not { Length: > 0 } stop || stop.Length > options.MaxStopLength)
            {
                fields.Refuse("stop", $"stop is a string of 1 to {options.MaxStopLength} characters, or a list of them.");
                return [];
            }

            stops.Add(stop);
        }

        if (stops.Count > options.MaxStopStrings)
        {
            fields.Refuse("stop", $"stop has at most {options.MaxStopStrings} strings.");
        }

        return [.. stops];
    }

    /// <summary>The rules by tokens.</summary>
    /// <param name="fields">The body.</param>
    /// <param name="promptTokens">Length of the longest prompt.</param>
    /// <param name="promptParam">The field that holds the prompt.</param>
    /// <param name="defaultTokens">How many tokens to make where the request does not say; null: the context's rest.</param>
    /// <param name="model">The model.</param>
    /// <param name="options">The bounds.</param>
    public static StopRules Rules(
        FieldReader fields,
        int promptTokens,
        string promptParam,
        int? defaultTokens,
        ServedModel model,
        ApiOptions options)
    {
        var context = model.Info.MaxContext;
        var room = context - promptTokens;
        var old = fields.Integer("max_tokens", 1, int.MaxValue);
        var given = (int?)(fields.Integer("max_completion_tokens", 1, int.MaxValue) ?? old);
        var maxTokens = given ?? Math.Min(defaultTokens ?? room, room);
        if (room < 1)
        {
            fields.Refuse(
                promptParam,
                $"The model's context is {context} tokens; the prompt alone has {promptTokens} and leaves no room for an answer.",
                "context_length_exceeded");
        }
        else if (maxTokens > room)
        {
            fields.Refuse(
                promptParam,
                $"The model's context is {context} tokens; the request asks for {(long)promptTokens + maxTokens}: "
                + $"{promptTokens} in the prompt and {maxTokens} in the answer.",
                "context_length_exceeded");
        }

        var minTokens = (int)(fields.Integer("min_tokens", 0, int.MaxValue) ?? 0);
        if (minTokens > maxTokens && room >= 1)
        {
            fields.Refuse("min_tokens", $"min_tokens ({minTokens}) is above the most tokens to make ({maxTokens}).");
        }

        return new StopRules
        {
            MaxTokens = maxTokens,
            MinTokens = minTokens,
            EndTokens = model.EndTokens,
            StopTokens = fields.Tokens("stop_token_ids", options.MaxStopTokens, model.Info.VocabularySize),
            IgnoreEnd = fields.Flag("ignore_eos") ?? false,
        };
    }
}
