namespace Baton.Training.Text;

/// <summary>The user asks for words to be said again, mostly words that never stood together.</summary>
public sealed class Repeats(Grammar grammar)
{
    private readonly string[] _words = grammar.Lexicon.Values.SelectMany(v => v).Distinct().ToArray();

    public (string Ask, string Answer) Draw(Random random)
    {
        var scene = new Scene(grammar, random);
        scene["words"] = random.Chance(0.25)
            ? Weaver.Weave(random.Pick(grammar.Details), scene)
            : string.Join(random.Chance(0.5) ? ", " : " ", random.GetItems(_words, random.Next(1, 7)));
        var (ask, answer) = random.Pick(grammar.Repeats);
        return (Weaver.Weave(ask, scene), Weaver.Weave(answer, scene));
    }
}
