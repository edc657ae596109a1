using System.Text.Json;
using Baton.Contracts.Sessions;

namespace Baton.Host.Api.Responses;

/// <summary>Chunks of a chat.</summary>
internal sealed class ChatChunks : IChunks
{
    public static ChatChunks Instance { get; } = new();

    private static ReadOnlySpan<byte> Kind => "chat.completion.chunk"u8;

    public void Open(Utf8JsonWriter json, Answer answer, int choice)
    {
        Parts.Begin(json, answer, Kind);
        if (answer.Format.ReturnTokenIds && choice == 0)
        {
            Json.WriteTokens(json, "prompt_token_ids"u8, answer.Prompt(0));
        }

        BeginChoice(json, choice);
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("content"u8, ""u8);
        json.WriteEndObject();
        json.WriteNull("logprobs"u8);
        json.WriteNull("finish_reason"u8);
        End(json, answer);
    }

    public void Event(Utf8JsonWriter json, Answer answer, SessionEvent entry)
    {
        var isToken = entry.Kind == SessionEventKind.Token;
        Parts.Begin(json, answer, Kind);
        BeginChoice(json, entry.Choice);
        if (isToken || entry.Text.Length > 0)
        {
            json.WriteString("content"u8, entry.Text);
        }

        // Beside the delta as vLLM has it, and in it: clients look in either place.
        Parts.EventTokens(json, entry, answer);
        json.WriteEndObject();
        if (isToken)
        {
            ChatLogprobs.Write(json, [entry], answer);
            json.WriteNull("finish_reason"u8);
        }
        else
        {
            json.WriteNull("logprobs"u8);
            Parts.Finish(json, entry, answer);
        }

        Parts.EventTokens(json, entry, answer);
        End(json, answer);
    }

    public void Usage(Utf8JsonWriter json, Answer answer)
    {
        Parts.Begin(json, answer, Kind);
        json.WriteStartArray("choices"u8);
        json.WriteEndArray();
        Parts.Usage(json, answer);
        json.WriteEndObject();
    }

    private static void BeginChoice(Utf8JsonWriter json, int choice)
    {
        json.WriteStartArray("choices"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, choice);
        json.WriteStartObject("delta"u8);
    }

    private static void End(Utf8JsonWriter json, Answer answer)
    {
        json.WriteEndObject();
        json.WriteEndArray();
        Parts.ChunkUsage(json, answer);
        json.WriteEndObject();
    }
}
