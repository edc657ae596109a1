using System.Globalization;

namespace Baton.Training.Text;

/// <summary>The few rules of English the generator needs.</summary>
public static class English
{
    private static readonly string[] SmallNumbers =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
        "twenty",
    ];

    public static string Number(int value) => SmallNumbers[value];

    public static string Digits(int value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Capital(string text) =>
        text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    public static string WithArticle(string noun)
    {
        // "a unicorn", not "an unicorn": the sound decides, not the letter.
        var vowel = "aeiou".Contains(noun[0], StringComparison.Ordinal)
            && !noun.StartsWith("uni", StringComparison.Ordinal);
        return (vowel ? "an " : "a ") + noun;
    }
}
