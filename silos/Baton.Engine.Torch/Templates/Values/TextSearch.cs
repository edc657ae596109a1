namespace Baton.Engine.Torch.Templates.Values;

/// <summary>
/// Looks for one text in another and pays for what is compared, which for a long part made to nearly match everywhere
/// is far more than the text is long.
/// </summary>
internal static class TextSearch
{
    // As much of the part as the vectorised search gets, whose worst case is this many comparisons a character.
    private const int Probe = 32;

    /// <summary>The first place in <paramref name="start"/>..<paramref name="end"/> that holds the part, or -1.</summary>
    public static int IndexOf(string text, string part, int start, int end, Budget budget)
    {
        var head = part.AsSpan(0, Math.Min(part.Length, Probe));
        var rest = part.AsSpan(head.Length);
        for (var at = start; at <= end - part.Length; at++)
        {
            var window = text.AsSpan(at, end - at - rest.Length);
            var found = window.IndexOf(head);
            budget.Scan(found < 0 ? window.Length : found + head.Length);
            if (found < 0)
                return -1;
            at += found;
            if (Holds(text, at + head.Length, rest, budget))
                return at;
        }

        return -1;
    }

    /// <summary>The last place in <paramref name="start"/>..<paramref name="end"/> that holds the part, or -1.</summary>
    public static int LastIndexOf(string text, string part, int start, int end, Budget budget)
    {
        var head = part.AsSpan(0, Math.Min(part.Length, Probe));
        var rest = part.AsSpan(head.Length);
        for (var stop = end - rest.Length; stop - start >= head.Length; stop--)
        {
            var found = head.Length == 0 ? stop - start : text.AsSpan(start, stop - start).LastIndexOf(head);
            budget.Scan(stop - start - Math.Max(found, 0));
            if (found < 0)
                return -1;
            if (Holds(text, start + found + head.Length, rest, budget))
                return start + found;
            stop = start + found + head.Length;
        }

        return -1;
    }

    private static bool Holds(string text, int at, ReadOnlySpan<char> rest, Budget budget)
    {
        var same = text.AsSpan(at, rest.Length).CommonPrefixLength(rest);
        budget.Scan(same);
        return same == rest.Length;
    }
}
