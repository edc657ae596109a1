using System.Text.Json;
using Baton.Contracts.Sessions;

namespace Baton.Host.Api.Responses;

/// <summary>Log-probabilities as completions report them: four lists beside each other.</summary>
internal static class CompletionLogprobs
{
    /// <param name="json">Where to.</param>
    /// <param name="tokens">Token events with the length of the choice's text before each.</param>
    /// <param name="answer">What they belong to.</param>
    public static void Write(
        Utf8JsonWriter json, IReadOnlyList<(SessionEvent Token, int Offset)> tokens, Answer answer)
    {
        if (answer.Format.TopLogprobs is not { } top)
        {
            json.WriteNull("logprobs"u8);
            return;
        }

        json.WriteStartObject("logprobs"u8);
        json.WriteStartArray("tokens"u8);
        foreach (var (token, _) in tokens)
        {
            json.WriteStringValue(ChatLogprobs.Text(answer.Tokenizer, token.Token));
        }

        json.WriteEndArray();
        json.WriteStartArray("token_logprobs"u8);
        foreach (var (token, _) in tokens)
        {
            json.WriteNumberValue(ChatLogprobs.Bounded(token.Logprob));
        }

        json.WriteEndArray();
        json.WriteStartArray("top_logprobs"u8);
        foreach (var (token, _) in tokens)
        {
            Top(json, token, top, answer);
        }

        json.WriteEndArray();
        json.WriteStartArray("text_offset"u8);
        foreach (var (_, offset) in tokens)
        {
            json.WriteNumberValue(offset);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    // An object, so tokens of the same text (bytes that are no character) can only be named once: the likelier wins.
    private static void Top(Utf8JsonWriter json, SessionEvent token, int top, Answer answer)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        json.WriteStartObject();
        foreach (var likely in (token.Top ?? []).AsSpan(0, Math.Min(top, token.Top?.Length ?? 0)))
        {
            Name(likely.Token, likely.Logprob);
        }

        Name(token.Token, token.Logprob);
        json.WriteEndObject();

        void Name(int id, float logprob)
        {
            var text = ChatLogprobs.Text(answer.Tokenizer, id);
            if (named.Add(text))
            {
                json.WriteNumber(text, ChatLogprobs.Bounded(logprob));
            }
        }
    }
}
