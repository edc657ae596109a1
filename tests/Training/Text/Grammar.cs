using System.Reflection;

namespace Baton.Training.Text;

/// <summary>The word lists and templates that are embedded in this program, parsed.</summary>
public sealed class Grammar
{
    private const string Prefix = "Grammar.";

    public IReadOnlyDictionary<string, string[]> Lexicon { get; } = Lists("lexicon", "|");

    /// <summary>What people say after a story, by what they want.</summary>
    public IReadOnlyDictionary<string, string[]> FollowUps { get; } = Lists("followups", " | ");

    public IReadOnlyList<Plot> Plots { get; } = ResourceNames()
        .Where(n => n.StartsWith(Prefix + "Plots.", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)
        .Select(n => Plot.Parse(ReadAll(n)))
        .ToArray();

    public IReadOnlyList<Topic> Topics { get; } = Paragraphs(Lines("topics")).Select(Topic.Parse).ToArray();

    public IReadOnlyList<(string Ask, string Answer)> Talk { get; } = Pairs("talk");

    public (string Ask, string Answer) Thanks => Talk.First(t => t.Ask.StartsWith("[Thank", StringComparison.Ordinal));

    public IReadOnlyList<(string Ask, string Answer)> Sums { get; } = Pairs("sums");

    public IReadOnlyList<(string Ask, string Answer)> Repeats { get; } = Pairs("repeats");

    public IReadOnlyList<(string Ask, string Answer)> Names { get; } = Pairs("names");

    /// <summary>Questions that the facts of any story answer.</summary>
    public IReadOnlyList<(string Ask, string Answer)> Facts { get; } = Pairs("facts");

    public IReadOnlyList<string> Openings { get; } = Lines("opening");

    public IReadOnlyList<string> Details { get; } = Lines("detail");

    public IReadOnlyList<string> Endings { get; } = Lines("ending");

    public IReadOnlyList<string> Sequels { get; } = Lines("next");

    public IReadOnlyList<string> Links { get; } = Lines("links");

    public IReadOnlyList<string> Requests { get; } = Lines("requests");

    public IReadOnlyList<string> OpenRequests { get; } = Lines("anystory");

    /// <summary>Splits lines into the runs between blank lines.</summary>
    public static IEnumerable<string[]> Paragraphs(IEnumerable<string> lines)
    {
        var paragraph = new List<string>();
        foreach (var line in lines.Append(string.Empty))
        {
            if (line.Length > 0)
            {
                paragraph.Add(line);
            }
            else if (paragraph.Count > 0)
            {
                yield return [.. paragraph];
                paragraph.Clear();
            }
        }
    }

    private static Dictionary<string, string[]> Lists(string name, string separator) => Lines(name)
        .Select(l => l.Split(':', 2))
        .ToDictionary(p => p[0], p => p[1].Split(separator, StringSplitOptions.TrimEntries));

    private static (string Ask, string Answer)[] Pairs(string name) => Lines(name)
        .Select(l => l.Split(" => ", 2))
        .Select(p => (p[0], p[1]))
        .ToArray();

    private static string[] Lines(string name)
    {
        var lines = ReadAll(Prefix + name + ".txt").Where(l => !l.StartsWith('#')).ToArray();
        return name == "topics" ? lines : lines.Where(l => l.Length > 0).ToArray();
    }

    private static string[] ReadAll(string resource)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The grammar file {resource} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n').Select(l => l.TrimEnd()).ToArray();
    }

    private static string[] ResourceNames() => Assembly.GetExecutingAssembly().GetManifestResourceNames();
}
