using Baton.Training.Text;
using Baton.Training.Tokens;

namespace Baton.Training.Export;

/// <summary>The prompts that samples and golden outputs are made from.</summary>
public static class Prompts
{
    public static IReadOnlyList<string> Plain { get; } =
    [
        "Once upon a time",
        "Once upon a time, there was a brave little fox named",
        "One rainy day, Lily found a golden key",
        "Tom was afraid of the dark.",
        "The king of the island had a problem.",
    ];

    public static IReadOnlyList<IReadOnlyList<Turn>> Chats { get; } =
    [
        [Turn.User("Tell me a story about a dragon.")],
        [Turn.User("Write a short story about a girl who finds a key.")],
        [Turn.User("Hello! Who are you?")],
        [Turn.User("What is 4 plus 3?")],
        [Turn.System("You are a helpful assistant."), Turn.User("What sound does a cow make?")],
        [Turn.User("My name is Sam."), Turn.Assistant("Nice to meet you, Sam!"), Turn.User("What is my name?")],
        [
            Turn.User("Tell me a short story about a mouse."),
            Turn.Assistant(
                "Once upon a time, there was a small mouse named Pip. She lived in a big forest. One windy day, Pip " +
                "lost her red hat. Bruno, a kind bear, helped her look. They found the hat under a bench. Pip was so " +
                "happy that she danced."),
            Turn.User("What was the mouse's name?"),
        ],
    ];

    /// <summary>The special tokens spelled out, as a template renders them.</summary>
    public static string Rendered(IEnumerable<Turn> chat) =>
        "<|begin|>" + string.Concat(chat.Select(t => $"<|{t.Role}|>{t.Content}<|end|>")) + "<|assistant|>";

    public static List<int> Ids(Tokenizer tokenizer, string text)
    {
        var ids = new List<int> { SpecialTokens.Begin };
        tokenizer.Encode(text, ids);
        return ids;
    }
}
