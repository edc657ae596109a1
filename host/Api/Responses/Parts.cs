using System.Globalization;
using System.Text.Json;
using Baton.Contracts.Sessions;

namespace Baton.Host.Api.Responses;

/// <summary>Parts that all answers share.</summary>
internal static class Parts
{
    /// <summary>Opens an object and writes what every answer and chunk begins with.</summary>
    public static void Begin(Utf8JsonWriter json, Answer answer, ReadOnlySpan<byte> kind)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, answer.Id);
        json.WriteString("object"u8, kind);
        json.WriteNumber("created"u8, answer.Format.Created);
        json.WriteString("model"u8, answer.Format.Model);
    }

    public static void Usage(Utf8JsonWriter json, Answer answer)
    {
        json.WriteStartObject("usage"u8);
        json.WriteNumber("prompt_tokens"u8, answer.PromptTokens);
        json.WriteNumber("completion_tokens"u8, answer.CompletionTokens);
        json.WriteNumber("total_tokens"u8, answer.PromptTokens + answer.CompletionTokens);
        json.WriteStartObject("prompt_tokens_details"u8);
        json.WriteNumber("cached_tokens"u8, answer.CachedTokens);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The usage of a chunk that is not the last: running, null, or none at all.</summary>
    public static void ChunkUsage(Utf8JsonWriter json, Answer answer)
    {
        if (answer.Format.ContinuousUsage)
        {
            Usage(json, answer);
        }
        else if (answer.Format.IncludeUsage)
        {
            json.WriteNull("usage"u8);
        }
    }

    /// <summary>Why a choice ended, and on what: a stop token as a number, a stop string as itself.</summary>
    public static void Finish(Utf8JsonWriter json, SessionEvent? finish, Answer answer)
    {
        json.WriteString("finish_reason"u8, finish?.Reason);
        var stop = finish?.StoppedBy;
        if (stop is not null && !answer.Request.StopStrings.Contains(stop)
            && int.TryParse(stop, NumberStyles.None, CultureInfo.InvariantCulture, out var token))
        {
            json.WriteNumber("stop_reason"u8, token);
        }
        else
        {
            json.WriteString("stop_reason"u8, stop);
        }
    }

    /// <summary>The token ids of an event, where they were asked for.</summary>
    public static void EventTokens(Utf8JsonWriter json, SessionEvent entry, Answer answer)
    {
        if (answer.Format.ReturnTokenIds)
        {
            var token = entry.Token;
            Json.WriteTokens(json, "token_ids"u8, entry.Kind == SessionEventKind.Token ? [token] : []);
        }
    }
}
