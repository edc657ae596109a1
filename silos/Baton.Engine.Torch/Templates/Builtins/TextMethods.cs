using System.Collections.Frozen;
using System.Text;
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
        new("split", "sep maxsplit", call => Split(call, TextParts.Split, TextParts.Words)),
        new("rsplit", "sep maxsplit", call => Split(call, TextParts.SplitFromEnd, TextParts.WordsFromEnd)),
        new("splitlines", "keepends", call => TextParts.Lines(call.ValueText, call.Flag(1, "keepends"), call.Budget)),
        new("partition", "sep", call => TextParts.Partition(call.ValueText, Sought(call, "sep"), false, call.Budget)),
        new("rpartition", "sep", call => TextParts.Partition(call.ValueText, Sought(call, "sep"), true, call.Budget)),
        new("removeprefix", "prefix", call => RemoveAffix(call, "prefix", atEnd: false)),
        new("removesuffix", "suffix", call => RemoveAffix(call, "suffix", atEnd: true)),
        new("startswith", "prefix start end", call => HasAffix(call, atEnd: false)),
        new("endswith", "suffix start end", call => HasAffix(call, atEnd: true)),
        new("replace", "old new count", Replace),
        new("find", "sub start end", call => TextPlaces.Find(call, fromEnd: false)),
        new("rfind", "sub start end", call => TextPlaces.Find(call, fromEnd: true)),
        new("index", "sub start end", call => TextPlaces.Index(call, fromEnd: false)),
        new("rindex", "sub start end", call => TextPlaces.Index(call, fromEnd: true)),
        new("count", "sub start end", call => TextPlaces.Count(call)),
        new("isdigit", "", call => TextKinds.IsDigit(call.ValueText, call.Budget)),
        new("isalpha", "", call => TextKinds.IsAlpha(call.ValueText, call.Budget)),
        new("isalnum", "", call => TextKinds.IsAlphanumeric(call.ValueText, call.Budget)),
        new("isspace", "", call => TextKinds.IsSpace(call.ValueText, call.Budget)),
        new("isupper", "", call => TextKinds.IsUpper(call.ValueText, call.Budget)),
        new("islower", "", call => TextKinds.IsLower(call.ValueText, call.Budget)),
        new("join", "iterable", Join),
        new("format", null, call => BraceFormat.Of(call.ValueText, call)),
        new("upper", "", TextFilters.Upper),
        new("lower", "", TextFilters.Lower),
        new("title", "", call => TextCase.Title(call.ValueText, call.Budget)),
        new("capitalize", "", call => TextCase.Capitalize(call.ValueText, call.Budget)));

    private delegate List<object?> SeparatorSplit(string text, string separator, long limit, Budget budget);

    private delegate List<object?> WordSplit(string text, long limit, Budget budget);

    /// <summary>The text that a method looks for.</summary>
    public static string Sought(Call call, string name) => call.Required(1, name) is string text
        ? text
        : throw new ChatTemplateException($"The chat template looks for a {Kinds.Name(call.Get(1, name, null))} in a text.");

    public static object Replace(Call call) => Texts.Replace(
        call.ValueText, Texts.Of(call.Required(1, "old"), call.Budget), Texts.Of(call.Required(2, "new"), call.Budget),
        call.Get(3, "count", null) is null ? -1 : call.Whole(3, "count", -1), call.Budget);

    /// <summary>Cuts white space, or the characters given, off the ends.</summary>
    public static string Strip(Call call, bool start, bool end)
    {
        var text = call.ValueText;
        Func<Rune, bool> isCut = rune => rune.IsBmp && Texts.IsSpace((char)rune.Value);
        if (call.Get(1, "chars", null) is { } given)
        {
            var characters = Texts.Of(given, call.Budget);
            call.Budget.Steps(characters.Length);
            isCut = characters.EnumerateRunes().ToHashSet().Contains;
        }

        var (from, to) = (0, text.Length);
        while (start && from < to && Rune.DecodeFromUtf16(text.AsSpan(from, to - from), out var rune, out var length) >= 0
            && isCut(rune))
            from += length;
        while (end && from < to && Rune.DecodeLastFromUtf16(text.AsSpan(from, to - from), out var rune, out var length) >= 0
            && isCut(rune))
            to -= length;
        call.Budget.Scan(text.Length - (to - from));
        if (to - from == text.Length)
            return text;
        call.Budget.Text(to - from);
        return text[from..to];
    }

    private static List<object?> Split(Call call, SeparatorSplit split, WordSplit splitWords)
    {
        var (text, limit) = (call.ValueText, call.Whole(2, "maxsplit", -1));
        return call.Get(1, "sep", null) is { } separator
            ? split(text, Texts.Of(separator, call.Budget), limit, call.Budget)
            : splitWords(text, limit, call.Budget);
    }

    private static bool HasAffix(Call call, bool atEnd)
    {
        List<object?> affixes = call.Required(1, atEnd ? "suffix" : "prefix") switch
        {
            string affix => [affix],
            TupleValue several when several.TrueForAll(a => a is string) => several,
            var other => throw new ChatTemplateException(
                $"The chat template compares a text's end with a {Kinds.Name(other)}."),
        };
        var (from, to) = TextPlaces.Range(call);
        call.Budget.Steps(affixes.Count);
        return affixes.Exists(affix => Holds(call.ValueText, from, to, (string)affix!, atEnd, call.Budget));
    }

    private static bool Holds(string text, int from, int to, string affix, bool atEnd, Budget budget)
    {
        if (to - from < affix.Length)
            return false;
        budget.Scan(affix.Length);
        return text.AsSpan(atEnd ? to - affix.Length : from, affix.Length).SequenceEqual(affix);
    }

    private static string RemoveAffix(Call call, string name, bool atEnd)
    {
        var (text, affix) = (call.ValueText, Sought(call, name));
        if (affix.Length == 0 || !Holds(text, 0, text.Length, affix, atEnd, call.Budget))
            return text;
        call.Budget.Text(text.Length - affix.Length);
        return atEnd ? text[..^affix.Length] : text[affix.Length..];
    }

    private static string Join(Call call) => Texts.Join(
        Sequences.Items(call.Required(1, "iterable"), call.Budget).Select(i => Texts.Of(i, call.Budget)),
        call.ValueText, call.Budget);
}
