using System.Text;
using Baton.Core.Text;

namespace Baton.Engine.Torch.Templates.Values;

/// <summary>Text as Python sees it: a row of code points.</summary>
internal static class Texts
{
    private const int CharactersAStep = 16;

    /// <summary>How a value prints.</summary>
    public static string Of(object? value, Budget budget) => value switch
    {
        string text => text,
        Undefined => "",
        _ => Repr.Of(value, budget),
    };

    /// <summary>Whether every code point is one character, so that indices need no counting.</summary>
    public static bool IsFlat(string text) => !text.AsSpan().ContainsAnyInRange('\ud800', '\udfff');

    public static int Length(string text, Budget budget)
    {
        budget.Scan(text.Length);
        if (IsFlat(text))
            return text.Length;
        var length = text.Length;
        for (var i = 1; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text[i - 1], text[i]))
                length--;
        }

        return length;
    }

    public static List<object?> Characters(string text, Budget budget)
    {
        budget.Steps(text.Length / CharactersAStep);
        return [.. text.EnumerateRunes().Select(rune => rune.ToString())];
    }

    public static string Join(IEnumerable<string> parts, string separator, Budget budget)
    {
        var text = new StringBuilder();
        var isFirst = true;
        foreach (var part in parts)
        {
            budget.Text(part.Length + separator.Length);
            text.Append(isFirst ? "" : separator).Append(part);
            isFirst = false;
        }

        return text.ToString();
    }

    /// <summary>Replaces the first <paramref name="count"/> occurrences, all if negative.</summary>
    public static string Replace(string text, string old, string replacement, long count, Budget budget)
    {
        if (count == 0)
            return text;
        var pieces = old.Length > 0
            ? Split(text, old, count < 0 || count >= int.MaxValue ? int.MaxValue : (int)count + 1, budget)
            : Apart(text, count, budget);
        return Join(pieces, replacement, budget);
    }

    /// <summary>At most <paramref name="count"/> pieces, paid for before they are made.</summary>
    public static string[] Split(string text, string separator, int count, Budget budget)
    {
        if (separator.Length == 0)
            throw new ChatTemplateException("The chat template splits a text at nothing.");
        budget.Scan(text.Length);
        budget.Steps(Math.Min(count, text.AsSpan().Count(separator)));
        return text.Split(separator, count);
    }

    // Python finds the empty string before every character and at the end.
    private static string[] Apart(string text, long count, Budget budget)
    {
        budget.Steps(text.Length / CharactersAStep);
        var pieces = new List<string> { "" };
        var rest = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (count >= 0 && pieces.Count >= count)
                break;
            pieces.Add(rune.ToString());
            rest += rune.Utf16SequenceLength;
        }

        if (rest < text.Length)
            pieces.Add(text[rest..]);
        else if (count < 0 || pieces.Count <= count)
            pieces.Add("");
        return [.. pieces];
    }
}
