using Baton.Training.Text;

namespace Baton.Training.Tokens;

/// <summary>Counts words over a sample of everything the model will read, and learns the merges from it.</summary>
public static class VocabularyBuilder
{
    private const int GeneratedDocuments = 60_000;
    private const long NovelCharacters = 6_000_000;

    public static Tokenizer Build(Grammar grammar, IReadOnlyList<string> novels, int vocabulary)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var text in Sample(grammar, novels))
        {
            foreach (var word in Tokenizer.Words(text))
            {
                counts[word] = counts.GetValueOrDefault(word) + 1;
            }
        }

        return new Tokenizer(BpeTrainer.Train(counts, vocabulary - 256 - SpecialTokens.All.Count));
    }

    private static IEnumerable<string> Sample(Grammar grammar, IReadOnlyList<string> novels)
    {
        var random = new Random(11);
        var teller = new StoryTeller(grammar);
        var dialogues = new Dialogues(grammar);
        for (var i = 0; i < GeneratedDocuments / 2; i++)
        {
            yield return teller.Tell(random).Text;
            foreach (var turn in dialogues.Talk(random))
            {
                yield return turn.Content;
            }
        }

        long read = 0;
        foreach (var novel in novels.TakeWhile(_ => read < NovelCharacters))
        {
            read += novel.Length;
            yield return novel;
        }
    }
}
