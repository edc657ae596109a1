using System.Text;
using System.Text.RegularExpressions;

namespace Baton.Training.Text;

/// <summary>
/// Turns a template into text: <c>[one|other]</c> draws an alternative (nested ones too), <c>{slot}</c> puts in a
/// fact of the scene, <c>{Slot}</c> with a capital, <c>{a slot}</c> with its article.
/// </summary>
public static partial class Weaver
{
    public static string Weave(string template, Scene scene)
    {
        var text = new StringBuilder(template.Length * 2);
        Weave(template, scene, text);
        return Tidy(text);
    }

    private static void Weave(ReadOnlySpan<char> template, Scene scene, StringBuilder text)
    {
        while (template.Length > 0)
        {
            var at = template.IndexOfAny('[', '{');
            if (at < 0)
            {
                text.Append(template);
                return;
            }

            text.Append(template[..at]);
            template = template[at..];
            var end = Closing(template);
            if (template[0] == '{')
            {
                text.Append(Fill(template[1..end].ToString(), scene));
            }
            else
            {
                Weave(Draw(template[1..end], scene.Random), scene, text);
            }

            template = template[(end + 1)..];
        }
    }

    private static ReadOnlySpan<char> Draw(ReadOnlySpan<char> choices, Random random)
    {
        var bars = Bars(choices);
        var pick = random.Next(bars.Count + 1);
        var start = pick == 0 ? 0 : bars[pick - 1] + 1;
        var end = pick == bars.Count ? choices.Length : bars[pick];
        return choices[start..end];
    }

    private static List<int> Bars(ReadOnlySpan<char> choices)
    {
        var bars = new List<int>();
        var depth = 0;
        for (var i = 0; i < choices.Length; i++)
        {
            depth += choices[i] switch { '[' => 1, ']' => -1, _ => 0 };
            if (choices[i] == '|' && depth == 0)
            {
                bars.Add(i);
            }
        }

        return bars;
    }

    private static int Closing(ReadOnlySpan<char> template)
    {
        var depth = 0;
        for (var i = 0; i < template.Length; i++)
        {
            depth += template[i] switch { '[' or '{' => 1, ']' or '}' => -1, _ => 0 };
            if (depth == 0)
            {
                return i;
            }
        }

        throw new FormatException($"Unclosed bracket in the template '{template}'.");
    }

    private static string Fill(string slot, Scene scene)
    {
        var capital = char.IsUpper(slot[0]);
        var article = slot.StartsWith("a ", StringComparison.OrdinalIgnoreCase);
        var name = (article ? slot[2..] : slot).ToLowerInvariant();
        var value = scene[name];
        value = article ? English.WithArticle(value) : value;
        return capital ? English.Capital(value) : value;
    }

    private static string Tidy(StringBuilder text)
    {
        var tidy = text.Replace("  ", " ").Replace(" .", ".").Replace("!,", "!").Replace("?,", "?")
            .Replace("!.\"", "!\"").Replace("?.\"", "?\"").Replace("\\n", "\n").ToString().Trim();
        tidy = BareQuoteInSentence().Replace(tidy, "$1,\" ");
        tidy = BareQuoteAtEnd().Replace(tidy, "$1.\"");
        return WrongArticle().Replace(tidy, "$1n ");
    }

    // Alternatives inside quotes may lack the mark that belongs before the closing quote.
    [GeneratedRegex("([a-z])\" (?=[a-z])")]
    private static partial Regex BareQuoteInSentence();

    [GeneratedRegex("([a-z])\"(?= [A-Z]|$)")]
    private static partial Regex BareQuoteAtEnd();

    [GeneratedRegex("\\b([Aa]) (?=[aeio])")]
    private static partial Regex WrongArticle();
}
