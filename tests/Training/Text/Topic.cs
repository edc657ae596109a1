namespace Baton.Training.Text;

/// <summary>A kind of small question with its wordings and the items it can be asked about.</summary>
public sealed record Topic(
    IReadOnlyList<string> Asks,
    IReadOnlyList<string> Answers,
    IReadOnlyList<string[]> Items)
{
    public static Topic Parse(string[] lines) => new(
        Values(lines, "ask: ").Split(" | "),
        Values(lines, "answer: ").Split(" | "),
        Values(lines, "items: ").Split(" ; ").Select(i => i.Split(" = ")).ToArray());

    public (string Ask, string Answer) Draw(Random random)
    {
        var item = random.Pick(Items);
        return (Fill(random.Pick(Asks), item), English.Capital(Fill(random.Pick(Answers), item)));
    }

    private static string Values(string[] lines, string key) =>
        lines.Single(l => l.StartsWith(key, StringComparison.Ordinal))[key.Length..];

    private static string Fill(string template, string[] item)
    {
        for (var i = 0; i < item.Length; i++)
        {
            template = template.Replace($"{{{i + 1}}}", item[i], StringComparison.Ordinal);
        }

        return template;
    }
}
