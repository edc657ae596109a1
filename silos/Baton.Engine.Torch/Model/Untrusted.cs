using System.Globalization;
using System.Text;

namespace Baton.Engine.Torch.Model;

/// <summary>Text from files, made fit for a message to a person.</summary>
internal static class Untrusted
{
    private const int MaxChars = 80;

    /// <summary>
    /// One short line: cut where it is long, and with escapes for what would move a cursor, hide or turn round what
    /// follows it.
    /// </summary>
    public static string Shown(string text, int maxChars = MaxChars)
    {
        // Only as much as is shown is looked at: a name may have megabytes. A pair of surrogates is not cut apart.
        var length = Math.Min(text.Length, maxChars);
        if (length < text.Length && char.IsHighSurrogate(text[length - 1]))
            length--;

        var shown = new StringBuilder();
        foreach (var rune in text.AsSpan(0, length).EnumerateRunes())
        {
            if (IsSafe(rune))
                shown.Append(rune.ToString());
            else
                shown.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
        }

        return length < text.Length ? shown.Append("...").ToString() : shown.ToString();
    }

    private static bool IsSafe(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
