using System.Text;

namespace Baton.Engine.Torch.Templates.Values;

/// <summary>Text as Python sees it: a row of code points. Who walks a text pays for as much as is walked.</summary>
internal static class Texts
{
    private const int CharactersAReplacement = 16;

    /// <summary>How a value prints.</summary>
    public static string Of(object? value, Budget budget) => value switch
    {
        string text => text,
        Undefined => "",
        _ => Repr.Of(value, budget),
    };

    /// <summary>As Python has it: the separators of ASCII are white space too.</summary>
    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001c' and <= '\u001f';

    public static int Length(ReadOnlySpan<char> text, Budget budget)
    {
        budget.Scan(text.Length);
        return text.Length - Pairs(text);
    }

    /// <summary>Where a code point begins, counted from the end if negative. -1, or the end, where there is none.</summary>
    public static int Offset(string text, long index, Budget budget)
    {
        var count = (int)Math.Clamp(index, -text.Length - 1L, text.Length);
        var offset = count < 0 ? Backward(text, -count) : Forward(text, count);
        budget.Scan(count < 0 ? text.Length - Math.Max(offset, 0) : offset);
        return offset;
    }

    /// <summary>The code point that begins at an offset.</summary>
    public static string CharacterAt(string text, int offset) =>
        IsPair(text, offset) ? text.Substring(offset, 2) : text[offset].ToString();

    public static List<object?> Characters(string text, Budget budget)
    {
        budget.Steps(text.Length);
        return [.. text.EnumerateRunes().Select(rune => rune.ToString())];
    }

    public static string Join(IEnumerable<string> parts, string separator, Budget budget)
    {
        var text = new StringBuilder();
        var isFirst = true;
        foreach (var part in parts)
        {
            budget.Steps(1);
            budget.Text(part.Length + separator.Length);
            text.Append(isFirst ? "" : separator).Append(part);
            isFirst = false;
        }

        return text.ToString();
    }

    /// <summary>Replaces the first <paramref name="count"/> occurrences, all if negative.</summary>
    public static string Replace(string text, string old, string replacement, long count, Budget budget)
    {
        if (old.Length == 0)
            return Spread(text, replacement, count, budget);
        var result = new StringBuilder();
        var start = 0;
        for (; count != 0 && TextSearch.IndexOf(text, old, start, text.Length, budget) is >= 0 and var found; count--)
        {
            budget.Scan(CharactersAReplacement);
            budget.Text(found - start + replacement.Length);
            result.Append(text, start, found - start).Append(replacement);
            start = found + old.Length;
        }

        if (start == 0)
            return text;
        budget.Text(text.Length - start);
        return result.Append(text, start, text.Length - start).ToString();
    }

    // Python finds the empty string before every character and at the end.
    private static string Spread(string text, string replacement, long count, Budget budget)
    {
        var result = new StringBuilder();
        var start = 0;
        for (; count != 0 && start < text.Length; count--)
        {
            var length = IsPair(text, start) ? 2 : 1;
            budget.Text(length + replacement.Length);
            budget.Scan(CharactersAReplacement);
            result.Append(replacement).Append(text, start, length);
            start += length;
        }

        budget.Text((long)text.Length - start + replacement.Length);
        return result.Append(text, start, text.Length - start).Append(count != 0 ? replacement : "").ToString();
    }

    private static int Forward(string text, int count)
    {
        var flat = text.AsSpan(0, count).IndexOfAnyInRange('\ud800', '\udfff');
        if (flat < 0)
            return count;
        var offset = flat;
        for (var left = count - flat; left > 0 && offset < text.Length; left--)
            offset += IsPair(text, offset) ? 2 : 1;
        return offset;
    }

    private static int Backward(string text, int count)
    {
        var offset = text.Length;
        for (; count > 0 && offset > 0; count--)
            offset -= offset > 1 && IsPair(text, offset - 2) ? 2 : 1;
        return count == 0 ? offset : -1;
    }

    private static int Pairs(ReadOnlySpan<char> text)
    {
        var pairs = 0;
        var first = text.IndexOfAnyInRange('\ud800', '\udfff');
        for (var i = Math.Max(first, 0); first >= 0 && i + 1 < text.Length; i++)
            pairs += IsPair(text, i) ? 1 : 0;
        return pairs;
    }

    private static bool IsPair(ReadOnlySpan<char> text, int offset) =>
        char.IsHighSurrogate(text[offset]) && offset + 1 < text.Length && char.IsLowSurrogate(text[offset + 1]);
}
