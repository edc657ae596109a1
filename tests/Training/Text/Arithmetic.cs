namespace Baton.Training.Text;

/// <summary>Small sums, counting and comparing, with right answers.</summary>
public sealed class Arithmetic(Grammar grammar)
{
    private enum Kind
    {
        Plus,
        Minus,
        Count,
        CountOn,
        After,
        Before,
        More,
        InWords,
    }

    public (string Ask, string Answer) Draw(Random random)
    {
        var kind = random.Chance(0.2) ? Kind.Plus : random.Pick(Enum.GetValues<Kind>());
        var scene = new Scene(grammar, random);
        Set(scene, kind, random);
        var (ask, answer) = grammar.Sums[(int)kind];
        return (Weaver.Weave(ask, scene), Weaver.Weave(answer, scene));
    }

    private static void Set(Scene scene, Kind kind, Random random)
    {
        int x, y, z;
        (x, y, z) = kind switch
        {
            Kind.Plus => Sum(random.Next(11), random.Next(11)),
            Kind.Minus => Difference(random.Next(1, 13), random),
            Kind.After => Neighbour(random.Next(1, 30), +1),
            Kind.Before => Neighbour(random.Next(1, 30), -1),
            Kind.InWords => Sum(random.Next(11), random.Next(10)),
            Kind.CountOn => (random.Next(2, 11), random.Next(12, 19), 0),
            Kind.Count => (1, random.Next(4, 15), 0),
            _ => (random.Next(1, 11), random.Next(11, 21), 0),
        };
        Func<int, string> spell = kind == Kind.InWords ? English.Number : English.Digits;
        (scene["x"], scene["y"], scene["z"]) = (spell(x), spell(y), spell(z));
        if (kind is Kind.Count or Kind.CountOn)
        {
            scene["z"] = string.Join(", ", Enumerable.Range(x, y - x + 1));
        }
        else if (kind == Kind.More)
        {
            (scene["z"], scene["w"]) = (scene["y"], scene["x"]);
            (scene["x"], scene["y"]) = random.Chance(0.5) ? (scene["x"], scene["y"]) : (scene["y"], scene["x"]);
        }
    }

    private static (int X, int Y, int Z) Sum(int x, int y) => (x, y, x + y);

    private static (int X, int Y, int Z) Neighbour(int x, int step) => (x, 0, x + step);

    private static (int X, int Y, int Z) Difference(int x, Random random)
    {
        var y = random.Next(x + 1);
        return (x, y, x - y);
    }
}
