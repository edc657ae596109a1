using Baton.Core.Text;
using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Builtins;

/// <summary>Where a text holds another. Callers count code points, so places are converted both ways.</summary>
internal static class TextPlaces
{
    public static long Find(Call call, bool fromEnd)
    {
        var (text, part) = (call.ValueText, TextMethods.Sought(call, "sub"));
        var (from, to) = Range(call);
        if (from > to)
            return -1;
        var found = fromEnd
            ? TextSearch.LastIndexOf(text, part, from, to, call.Budget)
            : TextSearch.IndexOf(text, part, from, to, call.Budget);
        return found < 0 ? -1 : Texts.Length(text.AsSpan(0, found), call.Budget);
    }

    public static object Index(Call call, bool fromEnd) => Find(call, fromEnd) is >= 0 and var place
        ? place
        : throw new ChatTemplateException("The chat template asks for the index of what a text does not hold.");

    public static object Count(Call call)
    {
        var (text, part) = (call.ValueText, TextMethods.Sought(call, "sub"));
        var (from, to) = Range(call);
        if (part.Length == 0)
            return from > to ? 0L : Texts.Length(text.AsSpan(from, to - from), call.Budget) + 1L;
        var count = 0L;
        for (; TextSearch.IndexOf(text, part, from, to, call.Budget) is >= 0 and var found; count++)
            from = found + part.Length;
        return count;
    }

    /// <summary>The stretch that the arguments "start" and "end" leave; empty or reversed where they are out of it.</summary>
    public static (int From, int To) Range(Call call)
    {
        var text = call.ValueText;
        var start = call.Get(2, "start", null) is null ? 0 : call.Whole(2, "start", 0);
        var from = Math.Max(Texts.Offset(text, start, call.Budget), 0);
        var to = call.Get(3, "end", null) is null
            ? text.Length
            : Math.Max(Texts.Offset(text, call.Whole(3, "end", 0), call.Budget), 0);

        // Behind the end there is nothing, not even the empty text that is found at the end.
        var isBehind = from == text.Length && start > Texts.Length(text, call.Budget);
        return isBehind ? (text.Length + 1, to) : (from, to);
    }
}
