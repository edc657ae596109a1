using System.Collections.Frozen;
using Baton.Core.Text;
using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Builtins;

/// <summary>Methods of strings.</summary>
internal static class TextMethods
{
    public static readonly FrozenDictionary<string, Callable> All = Signature.Table(
        new("strip", "chars", call => Strip(call, true, true)),
        new("lstrip", "chars", call => Strip(call, true, false)),
        new("rstrip", "chars", call => Strip(call, false, true)),
        new("split", "sep maxsplit", Split),
        new("startswith", "prefix", call => Affixes(call).Any(a => call.ValueText.StartsWith(a, StringComparison.Ordinal))),
        new("endswith", "prefix", call => Affixes(call).Any(a => call.ValueText.EndsWith(a, StringComparison.Ordinal))),
        new("replace", "old new count", Replace),
        new("find", "sub", call => Find(call)),
        new("join", "iterable", Join),
        new("upper", "", TextFilters.Upper),
        new("lower", "", TextFilters.Lower),
        new("title", "", call => TextCase.Title(call.ValueText, call.Budget)),
        new("capitalize", "", call => TextCase.Capitalize(call.ValueText, call.Budget)));

    public static object Replace(Call call) => Texts.Replace(
        call.ValueText, Texts.Of(call.Required(1, "old"), call.Budget), Texts.Of(call.Required(2, "new"), call.Budget),
        call.Whole(3, "count", -1), call.Budget);

    /// <summary>Cuts white space, or the characters given, off the ends.</summary>
    public static string Strip(Call call, bool start, bool end)
    {
        var text = call.ValueText;
        call.Budget.Text(text.Length);
        var characters = call.Get(1, "chars", null) is { } given ? Texts.Of(given, call.Budget).ToCharArray() : null;
        if (characters is [])
            return text;
        text = start ? text.TrimStart(characters) : text;
        return end ? text.TrimEnd(characters) : text;
    }

    private static List<object?> Split(Call call)
    {
        var (text, limit) = (call.ValueText, call.Whole(2, "maxsplit", -1));
        call.Budget.Text(text.Length);
        var count = limit < 0 || limit >= int.MaxValue ? int.MaxValue : (int)limit + 1;
        return call.Get(1, "sep", null) is { } separator
            ? [.. Texts.Split(text, Texts.Of(separator, call.Budget), count, call.Budget)]
            : SplitWords(text, count, call.Budget);
    }

    private static List<object?> SplitWords(string text, int count, Budget budget)
    {
        var words = new List<object?>();
        for (var start = NextWord(text, 0); start < text.Length;)
        {
            budget.Steps(1);
            var end = words.Count + 1 < count ? start : text.Length;
            while (end < text.Length && !char.IsWhiteSpace(text[end]))
                end++;
            words.Add(text[start..end]);
            start = NextWord(text, end);
        }

        return words;
    }

    private static int NextWord(string text, int start)
    {
        while (start < text.Length && char.IsWhiteSpace(text[start]))
            start++;
        return start;
    }

    private static IEnumerable<string> Affixes(Call call) => call.Required(1, "prefix") switch
    {
        string affix => [affix],
        TupleValue affixes when affixes.TrueForAll(a => a is string) => affixes.Cast<string>(),
        var other => throw new ChatTemplateException($"The chat template compares a text's end with a {Kinds.Name(other)}."),
    };

    private static long Find(Call call)
    {
        call.Budget.Scan(call.ValueText.Length);
        var found = call.ValueText.IndexOf(Texts.Of(call.Required(1, "sub"), call.Budget), StringComparison.Ordinal);
        return found < 0 ? -1L : Texts.Length(call.ValueText[..found], call.Budget);
    }

    private static string Join(Call call) => Texts.Join(
        Sequences.Items(call.Required(1, "iterable"), call.Budget).Select(i => Texts.Of(i, call.Budget)),
        call.ValueText, call.Budget);
}
