using System.Text.Json;
using System.Text.Json.Nodes;
using Baton.Core.Text;

namespace Baton.Host.Api.Requests;

/// <summary>Reads prompts as token ids.</summary>
internal static class PromptReader
{
    /// <summary>The prompt of a chat: its messages through the model's template.</summary>
    public static int[] Chat(FieldReader fields, ServedModel model, ApiOptions options)
    {
        var messages = MessageReader.Read(fields, options);
        var addPrompt = fields.Flag("add_generation_prompt") ?? true;
        var addSpecial = fields.Flag("add_special_tokens") ?? false;
        var variables = fields.Object("chat_template_kwargs") is { } given ? JsonObject.Create(given) : null;
        if (fields.Text("reasoning_effort", 1, 32) is { } effort)
        {
            // What an effort means is the template's to say.
            (variables ??= []).TryAdd("reasoning_effort", effort);
        }

        if (model.Template is null)
        {
            fields.Refuse(
                "messages",
                $"The model '{model.Info.Id}' has no chat template; use /v1/completions.",
                "chat_template_missing");
        }

        if (fields.Error is not null)
        {
            return [];
        }

        try
        {
            var text = model.Template!.Render(messages, addPrompt, null, variables);
            return Known(fields, "messages", model.Tokenizer.Encode(text, addSpecial), model);
        }
        catch (ChatTemplateException e)
        {
            fields.Refuse("messages", $"The model's chat template refused the messages: {e.Message}");
            return [];
        }
    }

    /// <summary>The prompts of a completion: a string, a list of strings, token ids, or a list of token-id lists.</summary>
    public static List<int[]> Completion(FieldReader fields, ServedModel model, ApiOptions options)
    {
        if (!fields.TryGet("prompt", out var prompt))
        {
            fields.Refuse("prompt", "prompt is missing.");
            return [];
        }

        var addSpecial = fields.Flag("add_special_tokens") ?? true;
        var isList = prompt.ValueKind == JsonValueKind.Array && prompt.GetArrayLength() > 0
            && prompt[0].ValueKind is (JsonValueKind.String or JsonValueKind.Array);
        if (isList && prompt.GetArrayLength() > options.MaxPrompts)
        {
            fields.Refuse("prompt", $"prompt has at most {options.MaxPrompts} entries.");
            return [];
        }

        List<int[]> prompts = isList
            ? [.. prompt.EnumerateArray().Select(one => One(fields, one, addSpecial, model))]
            : [One(fields, prompt, addSpecial, model)];
        if (prompts.Exists(p => p.Length == 0))
        {
            fields.Refuse("prompt", "A prompt must have at least one token.");
        }

        return prompts;
    }

    private static int[] One(FieldReader fields, JsonElement prompt, bool addSpecial, ServedModel model)
    {
        if (prompt.ValueKind == JsonValueKind.String)
        {
            return Known(fields, "prompt", model.Tokenizer.Encode(prompt.GetString()!, addSpecial), model);
        }

        if (prompt.ValueKind == JsonValueKind.Array)
        {
            return fields.Tokens("prompt", prompt, int.MaxValue, model.Info.VocabularySize);
        }

        fields.Refuse("prompt", "prompt must be a string, a list of strings, token ids, or a list of token-id lists.");
        return [];
    }

    // A tokenizer may have tokens, added when the model was tuned, that its embedding was never enlarged for.
    private static int[] Known(FieldReader fields, string field, int[] tokens, ServedModel model)
    {
        if (tokens.AsSpan().ContainsAnyExceptInRange(0, model.Info.VocabularySize - 1))
        {
            fields.Refuse(field, $"{field} has a special token that the model '{model.Info.Id}' does not know.");
        }

        return tokens;
    }
}
