using Baton.Core.Text;

namespace Baton.Engine.Torch.Templates.Values;

/// <summary>Cuts texts as Python does. Every part is paid for before it is made.</summary>
internal sealed class TextParts(string text, Budget budget)
{
    private readonly List<object?> _parts = [];

    /// <summary>Cut at the first <paramref name="limit"/> separators, at all if negative.</summary>
    public static List<object?> Split(string text, string separator, long limit, Budget budget)
    {
        RefuseEmpty(separator);
        var parts = new TextParts(text, budget);
        var start = 0;
        while (parts.MayCut(limit) && TextSearch.IndexOf(text, separator, start, text.Length, budget) is >= 0 and var found)
        {
            parts.Add(start, found);
            start = found + separator.Length;
        }

        parts.Add(start, text.Length);
        return parts._parts;
    }

    /// <summary>Cut at the last <paramref name="limit"/> separators.</summary>
    public static List<object?> SplitFromEnd(string text, string separator, long limit, Budget budget)
    {
        RefuseEmpty(separator);
        var parts = new TextParts(text, budget);
        var end = text.Length;
        while (parts.MayCut(limit) && TextSearch.LastIndexOf(text, separator, 0, end, budget) is >= 0 and var found)
        {
            parts.Add(found + separator.Length, end);
            end = found;
        }

        parts.Add(0, end);
        parts._parts.Reverse();
        return parts._parts;
    }

    public static List<object?> Words(string text, long limit, Budget budget)
    {
        budget.Scan(text.Length);
        var parts = new TextParts(text, budget);
        for (var start = NextWord(text, 0); start < text.Length;)
        {
            var end = parts.MayCut(limit) ? start : text.Length;
            while (end < text.Length && !Texts.IsSpace(text[end]))
                end++;
            parts.Add(start, end);
            start = NextWord(text, end);
        }

        return parts._parts;
    }

    public static List<object?> WordsFromEnd(string text, long limit, Budget budget)
    {
        budget.Scan(text.Length);
        var parts = new TextParts(text, budget);
        for (var end = LastWord(text, text.Length); end > 0;)
        {
            var start = parts.MayCut(limit) ? end : 0;
            while (start > 0 && !Texts.IsSpace(text[start - 1]))
                start--;
            parts.Add(start, end);
            end = LastWord(text, start);
        }

        parts._parts.Reverse();
        return parts._parts;
    }

    public static List<object?> Lines(string text, bool keepsEnds, Budget budget)
    {
        budget.Scan(text.Length);
        var parts = new TextParts(text, budget);
        for (var start = 0; start < text.Length;)
        {
            var end = start;
            while (end < text.Length && !EndsLine(text[end]))
                end++;
            var isPair = end + 1 < text.Length && text[end] == '\r' && text[end + 1] == '\n';
            var length = end == text.Length ? 0 : isPair ? 2 : 1;
            parts.Add(start, keepsEnds ? end + length : end);
            start = end + length;
        }

        return parts._parts;
    }

    /// <summary>What is before the separator, the separator, and what is behind it.</summary>
    public static TupleValue Partition(string text, string separator, bool fromEnd, Budget budget)
    {
        RefuseEmpty(separator);
        var found = fromEnd
            ? TextSearch.LastIndexOf(text, separator, 0, text.Length, budget)
            : TextSearch.IndexOf(text, separator, 0, text.Length, budget);
        budget.Text(text.Length);
        if (found >= 0)
            return new TupleValue([text[..found], separator, text[(found + separator.Length)..]]);
        return fromEnd ? new TupleValue(["", "", text]) : new TupleValue([text, "", ""]);
    }

    private static void RefuseEmpty(string separator)
    {
        if (separator.Length == 0)
            throw new ChatTemplateException("The chat template splits a text at nothing.");
    }

    private static int NextWord(string text, int start)
    {
        while (start < text.Length && Texts.IsSpace(text[start]))
            start++;
        return start;
    }

    private static int LastWord(string text, int end)
    {
        while (end > 0 && Texts.IsSpace(text[end - 1]))
            end--;
        return end;
    }

    private static bool EndsLine(char c) =>
        c is '\n' or '\r' or '\v' or '\f' or (>= '\u001c' and <= '\u001e') or '\u0085' or '\u2028' or '\u2029';

    private bool MayCut(long limit) => limit < 0 || _parts.Count < limit;

    private void Add(int start, int end)
    {
        budget.Steps(1);
        budget.Text(end - start);
        _parts.Add(text[start..end]);
    }
}
