using System.Text;
using System.Text.Json;
using Baton.Contracts.Sessions;
using Baton.Core.Text;

namespace Baton.Host.Api.Responses;

/// <summary>Log-probabilities as chats report them.</summary>
internal static class ChatLogprobs
{
    // JSON has no -Infinity; this is the floor that clients know from other servers.
    private const float Floor = -9999;

    public static void Write(Utf8JsonWriter json, IEnumerable<SessionEvent> tokens, Answer answer)
    {
        if (answer.Format.TopLogprobs is not { } top)
        {
            json.WriteNull("logprobs"u8);
            return;
        }

        json.WriteStartObject("logprobs"u8);
        json.WriteStartArray("content"u8);
        foreach (var token in tokens)
        {
            json.WriteStartObject();
            Token(json, answer.Tokenizer, token.Token, token.Logprob);
            json.WriteStartArray("top_logprobs"u8);
            foreach (var likely in (token.Top ?? []).AsSpan(0, Math.Min(top, token.Top?.Length ?? 0)))
            {
                json.WriteStartObject();
                Token(json, answer.Tokenizer, likely.Token, likely.Logprob);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNull("refusal"u8);
        json.WriteEndObject();
    }

    /// <summary>A log-probability that JSON can hold.</summary>
    public static float Bounded(float logprob) => float.IsNaN(logprob) ? Floor : Math.Clamp(logprob, Floor, 0);

    public static string Text(ITokenizer tokenizer, int token) =>
        Encoding.UTF8.GetString(tokenizer.TokenBytes(token).Span);

    private static void Token(Utf8JsonWriter json, ITokenizer tokenizer, int token, float logprob)
    {
        json.WriteString("token"u8, Text(tokenizer, token));
        json.WriteNumber("logprob"u8, Bounded(logprob));
        json.WriteStartArray("bytes"u8);
        foreach (var one in tokenizer.TokenBytes(token).Span)
        {
            json.WriteNumberValue(one);
        }

        json.WriteEndArray();
    }
}
