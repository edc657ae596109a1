using System.Text.Json;
using Baton.Contracts.Sessions;

namespace Baton.Host.Api.Responses;

/// <summary>Chunks of a completion.</summary>
internal sealed class CompletionChunks : IChunks
{
    public static CompletionChunks Instance { get; } = new();

    public static ReadOnlySpan<byte> Kind => "text_completion"u8;

    /// <summary>Completions have no opening chunk.</summary>
    public void Open(Utf8JsonWriter json, Answer answer, int choice) =>
        throw new InvalidOperationException("A completion opens with its first token.");

    public void Event(Utf8JsonWriter json, Answer answer, SessionEvent entry)
    {
        var isToken = entry.Kind == SessionEventKind.Token;
        Parts.Begin(json, answer, Kind);
        var isFirst = answer.Format.ReturnTokenIds && entry.Index == 0;
        if (isFirst && answer.Choices == answer.Format.ChoicesPerPrompt)
        {
            Json.WriteTokens(json, "prompt_token_ids"u8, answer.Prompt(0));
        }

        json.WriteStartArray("choices"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, entry.Choice);
        json.WriteString("text"u8, entry.Text);
        if (isToken)
        {
            CompletionLogprobs.Write(json, [(entry, answer.TextLength(entry.Choice))], answer);
            json.WriteNull("finish_reason"u8);
        }
        else
        {
            json.WriteNull("logprobs"u8);
            Parts.Finish(json, entry, answer);
            if (answer.Format.ReturnTokenIds)
            {
                Json.WriteTokens(json, "prompt_token_ids"u8, answer.Prompt(entry.Choice));
            }
        }

        Parts.EventTokens(json, entry, answer);
        json.WriteEndObject();
        json.WriteEndArray();
        Parts.ChunkUsage(json, answer);
        json.WriteEndObject();
    }

    public void Usage(Utf8JsonWriter json, Answer answer)
    {
        Parts.Begin(json, answer, Kind);
        json.WriteStartArray("choices"u8);
        json.WriteEndArray();
        Parts.Usage(json, answer);
        json.WriteEndObject();
    }
}
