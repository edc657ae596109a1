namespace Baton.Training.Text;

/// <summary>The user says a name (or a favourite) and asks for it back: trains looking things up in the chat.</summary>
public sealed class Names(Grammar grammar)
{
    private readonly Arithmetic _arithmetic = new(grammar);

    public void Add(List<Turn> turns, Random random)
    {
        var scene = new Scene(grammar, random);
        var first = random.Chance(0.6) ? 0 : 2;
        Add(turns, Woven(grammar.Names[first], scene));
        if (random.Chance(0.5))
        {
            Add(turns, _arithmetic.Draw(random));
        }

        Add(turns, Woven(grammar.Names[first + 1], scene));
    }

    private static void Add(List<Turn> turns, (string Ask, string Answer) pair)
    {
        turns.Add(Turn.User(pair.Ask));
        turns.Add(Turn.Assistant(pair.Answer));
    }

    private static (string Ask, string Answer) Woven((string Ask, string Answer) pair, Scene scene) =>
        (Weaver.Weave(pair.Ask, scene), Weaver.Weave(pair.Answer, scene));
}
