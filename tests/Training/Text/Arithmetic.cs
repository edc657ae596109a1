namespace Baton.Training.Text;

/// <summary>Small sums, counting and comparing, with right answers.</summary>
public static class Arithmetic
{
    public static (string Ask, string Answer) Draw(Random random) => random.Next(7) switch
    {
        0 or 1 => Plus(random),
        2 => Minus(random),
        3 => Count(random),
        4 => Next(random),
        5 => Compare(random),
        _ => InWords(random),
    };

    private static (string Ask, string Answer) Plus(Random random)
    {
        int a = random.Next(11), b = random.Next(11);
        var ask = random.Pick(new[] { $"What is {a} plus {b}?", $"What is {a} + {b}?", $"{a} + {b} = ?", $"How much is {a} and {b}?", $"Add {a} and {b}." });
        return (ask, random.Pick(new[] { $"{a} plus {b} is {a + b}.", $"{a} + {b} = {a + b}." }));
    }

    private static (string Ask, string Answer) Minus(Random random)
    {
        var a = random.Next(1, 13);
        var b = random.Next(a + 1);
        var ask = random.Pick(new[] { $"What is {a} minus {b}?", $"What is {a} - {b}?", $"{a} - {b} = ?", $"Take {b} from {a}." });
        return (ask, random.Pick(new[] { $"{a} minus {b} is {a - b}.", $"{a} - {b} = {a - b}." }));
    }

    private static (string Ask, string Answer) Count(Random random)
    {
        var from = random.Chance(0.6) ? 1 : random.Next(1, 11);
        var to = from + random.Next(3, 11);
        var list = string.Join(", ", Enumerable.Range(from, to - from + 1));
        var ask = from == 1
            ? random.Pick(new[] { $"Count to {to}.", $"Please count to {to}.", $"Can you count to {to}?", $"Count from 1 to {to}." })
            : random.Pick(new[] { $"Count from {from} to {to}.", $"Can you count from {from} to {to}?" });
        return (ask, list + ".");
    }

    private static (string Ask, string Answer) Next(Random random)
    {
        var a = random.Next(1, 30);
        return random.Chance(0.5)
            ? (random.Pick(new[] { $"What number comes after {a}?", $"Which number is after {a}?" }), $"{a + 1} comes after {a}.")
            : (random.Pick(new[] { $"What number comes before {a}?", $"Which number is before {a}?" }), $"{a - 1} comes before {a}.");
    }

    private static (string Ask, string Answer) Compare(Random random)
    {
        var a = random.Next(1, 21);
        var b = (a + random.Next(1, 20)) % 21;
        var ask = random.Pick(new[] { $"Which is more, {a} or {b}?", $"Which number is bigger, {a} or {b}?", $"What is more: {a} or {b}?" });
        return (ask, $"{Math.Max(a, b)} is more than {Math.Min(a, b)}.");
    }

    private static (string Ask, string Answer) InWords(Random random)
    {
        int a = random.Next(11), b = random.Next(10);
        var ask = $"What is {English.Number(a)} plus {English.Number(b)}?";
        return (ask, English.Capital($"{English.Number(a)} plus {English.Number(b)} is {English.Number(a + b)}."));
    }
}
