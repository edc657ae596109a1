using Baton.Host.Api.Errors;
using Baton.Host.Api.Http;
using Baton.Host.Api.Requests;
using Baton.Host.Api.Responses;

namespace Baton.Host.Api.Endpoints;

/// <summary>Text to tokens and back, in vLLM's shapes.</summary>
internal sealed class TokenEndpoints(ApiContext api)
{
    /// <summary>POST /tokenize: of a prompt, or of chat messages through the template.</summary>
    public Task TokenizeAsync(HttpContext context) => HandleAsync(context, async fields =>
    {
        var tokens = fields.TryGet("messages", out _)
            ? PromptReader.Chat(fields, api.Model, api.Options)
            : Prompt(fields);
        var withStrings = fields.Flag("return_token_strs") ?? false;
        if (fields.Error is not null)
        {
            return;
        }

        await Json.AnswerAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("count"u8, tokens.Length);
            json.WriteNumber("max_model_len"u8, api.Model.Info.MaxContext);
            Json.WriteTokens(json, "tokens"u8, tokens);
            if (withStrings)
            {
                json.WriteStartArray("token_strs"u8);
                foreach (var token in tokens)
                {
                    json.WriteStringValue(ChatLogprobs.Text(api.Model.Tokenizer, token));
                }

                json.WriteEndArray();
            }
            else
            {
                json.WriteNull("token_strs"u8);
            }

            json.WriteEndObject();
        });
    });

    /// <summary>POST /detokenize.</summary>
    public Task DetokenizeAsync(HttpContext context) => HandleAsync(context, async fields =>
    {
        if (!fields.TryGet("tokens", out _))
        {
            fields.Refuse("tokens", "tokens is missing.");
        }

        var tokens = fields.Tokens("tokens", int.MaxValue, api.Model.Info.VocabularySize);
        if (fields.Error is not null)
        {
            return;
        }

        await Json.AnswerAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("prompt"u8, api.Model.Tokenizer.Decode(tokens, skipSpecialTokens: false));
            json.WriteEndObject();
        });
    });

    private int[] Prompt(FieldReader fields)
    {
        var text = fields.Text("prompt", 0, int.MaxValue);
        if (text is null)
        {
            fields.Refuse("prompt", "prompt must be a string, or messages a list of messages.");
            return [];
        }

        return api.Model.Tokenizer.Encode(text, fields.Flag("add_special_tokens") ?? true);
    }

    private async Task HandleAsync(HttpContext context, Func<FieldReader, Task> answer)
    {
        var (body, error) = await JsonBody.ReadAsync(context, api.Options);
        if (body is not null)
        {
            var fields = new FieldReader(body.Root);
            GenerationReader.CheckModel(fields, api.Model);
            if (fields.Error is null)
            {
                await answer(fields);
            }

            error = fields.Error;
        }

        if (error is not null)
        {
            await ErrorWriter.WriteAsync(context, error);
        }
    }
}
