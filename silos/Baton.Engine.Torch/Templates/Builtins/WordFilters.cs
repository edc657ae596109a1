using Baton.Core.Text;
using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Builtins;

internal static class WordFilters
{
    public static object Count(Call call)
    {
        var text = call.ValueText;
        call.Budget.Scan(text.Length);
        var (words, inWord) = (0L, false);
        foreach (var rune in text.EnumerateRunes())
        {
            var isWord = rune.Value == '_' || TextKinds.IsAlphanumeric(rune);
            words += isWord && !inWord ? 1 : 0;
            inWord = isWord;
        }

        return words;
    }

    /// <summary>Cuts a text that is too long, at a blank unless words may be cut.</summary>
    public static object Truncate(Call call)
    {
        const long usualLeeway = 5;
        var (text, end) = (call.ValueText, call.Text(3, "end", "..."));
        var length = call.Whole(1, "length", 255);
        var leeway = call.Get(4, "leeway", null) is null ? usualLeeway : call.Whole(4, "leeway", usualLeeway);
        var kept = length - Texts.Length(end, call.Budget);
        if (kept < 0 || leeway < 0)
            throw new ChatTemplateException("The chat template truncates a text to less than nothing.");
        if (Texts.Length(text, call.Budget) - leeway <= length)
            return text;
        var stop = Texts.Offset(text, kept, call.Budget);
        if (!call.Flag(2, "killwords") && TextSearch.LastIndexOf(text, " ", 0, stop, call.Budget) is >= 0 and var blank)
            stop = blank;
        call.Budget.Text((long)stop + end.Length);
        return string.Concat(text.AsSpan(0, stop), end);
    }
}
