using Baton.Core.Text;
using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Builtins;

internal static class TextFilters
{
    public static string Upper(Call call)
    {
        call.Budget.Text(call.ValueText.Length);
        return call.ValueText.ToUpperInvariant();
    }

    public static string Lower(Call call)
    {
        call.Budget.Text(call.ValueText.Length);
        return call.ValueText.ToLowerInvariant();
    }

    public static object ToJson(Call call)
    {
        var indent = call.Get(2, "indent", null) is null ? null : Blanks(call, 2, "indent");
        var (item, key) = call.Get(3, "separators", null) switch
        {
            null => (indent is null ? ", " : ",", ": "),
            List<object?> and [string betweenItems, string behindKey] => (betweenItems, behindKey),
            _ => throw new ChatTemplateException("The chat template gives 'tojson' separators that are no two texts."),
        };
        return JsonText.Of(
            call.Value, new JsonLayout(indent, item, key, call.Flag(4, "sort_keys"), call.Flag(1, "ensure_ascii")),
            call.Budget);
    }

    public static object Indent(Call call)
    {
        var blanks = Blanks(call, 1, "width");
        var (first, blank) = (call.Flag(2, "first"), call.Flag(3, "blank"));
        var lines = TextParts.Split(call.ValueText, "\n", -1, call.Budget).Cast<string>();
        return Texts.Join(
            lines.Select((line, i) => (i == 0 ? first : blank || line.Length > 0) ? blanks + line : line),
            "\n", call.Budget);
    }

    public static object Escape(Call call)
    {
        var text = call.ValueText;
        foreach (var (character, entity) in new[]
            { ("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&#34;"), ("'", "&#39;") })
            text = Texts.Replace(text, character, entity, -1, call.Budget);
        return text;
    }

    public static object Format(Call call)
    {
        if (call.Positional.Count > 1 && call.Named.Count > 0)
            throw new ChatTemplateException("The chat template gives 'format' both positional and named arguments.");
        if (call.Named.Count == 0)
            return PercentFormat.Of(call.ValueText, new TupleValue(call.Positional.Skip(1)), call.Budget);
        var named = new MapValue();
        foreach (var (name, value) in call.Named)
            named[name] = value;
        return PercentFormat.Of(call.ValueText, named, call.Budget);
    }

    // Bounded, since it is written once a line.
    private static string Blanks(Call call, int index, string name)
    {
        const int most = 1000;
        if (call.Get(index, name, null) is string text && text.Length <= most)
            return text;
        var width = call.Whole(index, name, 4);
        return width <= most
            ? new string(' ', (int)Math.Max(width, 0))
            : throw new ChatTemplateException("The chat template indents by too much.");
    }
}
