using Baton.Training.Text;
using Baton.Training.Tokens;

namespace Baton.Training.Export;

/// <summary>How a chat becomes tokens, once as the Jinja that ships and once as code that does the same.</summary>
public static class ChatTemplate
{
    public const string Jinja =
        "{{ bos_token }}{% for message in messages %}{{ '<|' + message['role'] + '|>' }}{{ message['content'] }}" +
        "{{ '<|end|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";

    /// <summary>The token ids of a chat that waits for the assistant's answer.</summary>
    public static List<int> Prompt(Tokenizer tokenizer, IEnumerable<Turn> turns)
    {
        var ids = new List<int> { SpecialTokens.Begin };
        foreach (var turn in turns)
        {
            Append(tokenizer, turn, ids);
        }

        ids.Add(SpecialTokens.Role("assistant"));
        return ids;
    }

    public static void Append(Tokenizer tokenizer, Turn turn, List<int> ids)
    {
        ids.Add(SpecialTokens.Role(turn.Role));
        tokenizer.Encode(turn.Content, ids);
        ids.Add(SpecialTokens.End);
    }
}
