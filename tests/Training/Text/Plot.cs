namespace Baton.Training.Text;

/// <summary>A story skeleton: beats in order, and what can be said or asked about the story.</summary>
public sealed record Plot(
    IReadOnlyList<string> About,
    string Theme,
    string Summary,
    IReadOnlyList<(string Ask, string Answer)> Questions,
    IReadOnlyList<Beat> Beats)
{
    public static Plot Parse(IEnumerable<string> lines)
    {
        var parts = Grammar.Paragraphs(lines).ToArray();
        var head = parts[0].Select(l => l.Split(": ", 2)).ToLookup(p => p[0], p => p[1]);
        return new Plot(
            Split(head["about"].Single()),
            head["theme"].Single(),
            head["summary"].Single(),
            head["ask"].SelectMany(Question).ToArray(),
            parts.Skip(1).SelectMany(Beat.Parse).ToArray());
    }

    private static string[] Split(string alternatives) =>
        alternatives.Split(" | ", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<(string Ask, string Answer)> Question(string line)
    {
        var sides = line.Split(" = ", 2);
        return from ask in Split(sides[0]) from answer in Split(sides[1]) select (ask, answer);
    }
}

/// <summary>One step of a story; an optional one (marked '?') is told half of the time.</summary>
public sealed record Beat(IReadOnlyList<string> Alternatives, bool Optional)
{
    public static IEnumerable<Beat> Parse(string[] lines)
    {
        var told = lines.Where(l => !l.StartsWith('?')).ToArray();
        if (told.Length > 0)
        {
            yield return new Beat(told, Optional: false);
        }

        var extra = lines.Where(l => l.StartsWith('?')).Select(l => l[1..]).ToArray();
        if (extra.Length > 0)
        {
            yield return new Beat(extra, Optional: true);
        }
    }
}
