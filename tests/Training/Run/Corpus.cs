using Baton.Training.Export;
using Baton.Training.Text;
using Baton.Training.Tokens;

namespace Baton.Training.Run;

/// <summary>The kinds of text the model learns from.</summary>
public enum TextKind
{
    Novel,
    Story,
    Chat,

    /// <summary>Random tokens, said again and again: the shortest way to learn looking back (names, answers).</summary>
    Echo,
}

/// <summary>Draws documents of each kind, already as tokens. Generated kinds never repeat.</summary>
public sealed class Corpus(Grammar grammar, Tokenizer tokenizer, IReadOnlyList<string> novels)
{
    private const int ExcerptCharacters = 1600;
    private const int EchoTokens = 60;
    private static readonly string[] NameLists = ["girl", "boy", "shepet", "hepet", "animal"];
    private readonly int[] _words = Enumerable.Range(0, tokenizer.VocabularySize)
        .Skip(SpecialTokens.All.Count + 256).ToArray();

    private readonly int[] _names = NameTokens(grammar, tokenizer);
    private readonly StoryTeller _teller = new(grammar);
    private readonly Dialogues _dialogues = new(grammar);

    public void Append(TextKind kind, Random random, List<int> ids)
    {
        ids.Add(SpecialTokens.Begin);
        switch (kind)
        {
            case TextKind.Novel:
                AppendExcerpt(random, ids);
                break;
            case TextKind.Story:
                tokenizer.Encode((random.Chance(0.1) ? _teller.TellLong(random) : _teller.Tell(random)).Text, ids);
                ids.Add(SpecialTokens.End);
                break;
            case TextKind.Echo:
                AppendEcho(random, ids);
                break;
            default:
                AppendTurns(_dialogues.Talk(random), ids);
                break;
        }
    }

    private static int[] NameTokens(Grammar grammar, Tokenizer tokenizer)
    {
        var ids = new List<int>();
        foreach (var name in NameLists.SelectMany(l => grammar.Lexicon[l]))
        {
            tokenizer.Encode(" " + name, ids);
        }

        return [.. ids.Distinct()];
    }

    private void AppendEcho(Random random, List<int> ids)
    {
        var phrase = random.Chance(0.85)
            ? random.GetItems(_names, random.Next(2, 10))
            : random.GetItems(_words, random.Next(3, 24));
        for (var said = 0; said < EchoTokens; said += phrase.Length)
        {
            ids.AddRange(phrase);
        }

        ids.Add(SpecialTokens.End);
    }

    private void AppendTurns(IReadOnlyList<Turn> turns, List<int> ids)
    {
        foreach (var turn in turns)
        {
            ChatTemplate.Append(tokenizer, turn, ids);
        }
    }

    // A run of whole paragraphs from a random place; only a true end of a document is marked as one.
    private void AppendExcerpt(Random random, List<int> ids)
    {
        var novel = novels[random.Next(novels.Count)];
        var start = novel.Length <= ExcerptCharacters ? 0 : random.Next(novel.Length);
        start = novel.LastIndexOf('\n', Math.Max(start - 1, 0)) + 1;
        var end = Math.Min(novel.Length, start + ExcerptCharacters);
        var cut = end == novel.Length ? -1 : novel.LastIndexOf('\n', end, end - start);
        end = cut > start ? cut : end;
        tokenizer.Encode(novel[start..end], ids);
        if (end == novel.Length)
        {
            ids.Add(SpecialTokens.End);
        }
    }
}
