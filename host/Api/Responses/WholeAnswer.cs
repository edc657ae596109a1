using System.Text;
using System.Text.Json;
using Baton.Contracts.Sessions;

namespace Baton.Host.Api.Responses;

/// <summary>Gathers an answer that is not streamed, and writes it.</summary>
internal sealed class WholeAnswer(Answer answer)
{
    private readonly Choice[] _choices = [.. Enumerable.Range(0, answer.Choices).Select(_ => new Choice())];

    public void Add(SessionEvent entry)
    {
        var choice = _choices[entry.Choice];
        if (entry.Kind == SessionEventKind.Token)
        {
            choice.Tokens.Add((entry, answer.TextLength(entry.Choice)));
        }
        else
        {
            choice.Finish = entry;
        }

        choice.Text.Append(entry.Text);
    }

    public void Write(Utf8JsonWriter json)
    {
        var chat = answer.Format.IsChat;
        Parts.Begin(json, answer, chat ? "chat.completion"u8 : CompletionChunks.Kind);
        if (answer.Format.ReturnTokenIds && answer.Choices == answer.Format.ChoicesPerPrompt)
        {
            Json.WriteTokens(json, "prompt_token_ids"u8, answer.Prompt(0));
        }

        json.WriteStartArray("choices"u8);
        for (var index = 0; index < _choices.Length; index++)
        {
            json.WriteStartObject();
            json.WriteNumber("index"u8, index);
            if (chat)
            {
                Message(json, _choices[index]);
            }
            else
            {
                Text(json, _choices[index], index);
            }

            Parts.Finish(json, _choices[index].Finish, answer);
            if (answer.Format.ReturnTokenIds)
            {
                Json.WriteTokens(json, "token_ids"u8, [.. _choices[index].Tokens.Select(t => t.Token.Token)]);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        Parts.Usage(json, answer);
        json.WriteEndObject();
    }

    private void Message(Utf8JsonWriter json, Choice choice)
    {
        json.WriteStartObject("message"u8);
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("content"u8, choice.Text.ToString());
        json.WriteNull("refusal"u8);
        json.WriteEndObject();
        ChatLogprobs.Write(json, choice.Tokens.Select(t => t.Token), answer);
    }

    private void Text(Utf8JsonWriter json, Choice choice, int index)
    {
        json.WriteString("text"u8, choice.Text.ToString());
        CompletionLogprobs.Write(json, choice.Tokens, answer);
        if (answer.Format.ReturnTokenIds)
        {
            Json.WriteTokens(json, "prompt_token_ids"u8, answer.Prompt(index));
        }
    }

    private sealed class Choice
    {
        public StringBuilder Text { get; } = new();

        public List<(SessionEvent Token, int Offset)> Tokens { get; } = [];

        public SessionEvent? Finish { get; set; }
    }
}
