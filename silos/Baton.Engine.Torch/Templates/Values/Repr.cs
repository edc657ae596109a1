using System.Globalization;
using System.Text;

namespace Baton.Engine.Torch.Templates.Values;

/// <summary>Values as Python's repr writes them.</summary>
internal static class Repr
{
    public static string Of(object? value, Budget budget)
    {
        var text = new StringBuilder();
        Write(value, text, budget, 0);
        return text.ToString();
    }

    private static void Write(object? value, StringBuilder text, Budget budget, int depth)
    {
        budget.DataDepth(depth);
        var before = text.Length;
        switch (value)
        {
            case List<object?> list:
                text.Append(list is TupleValue ? '(' : '[');
                WriteItems(list, text, budget, depth);
                text.Append(list is TupleValue { Count: 1 } ? "," : "").Append(list is TupleValue ? ')' : ']');
                return;
            case MapValue map:
                WriteMap(map, text, budget, depth);
                return;
            case string words:
                Quote(words, text);
                break;
            default:
                text.Append(Scalar(value));
                break;
        }

        budget.Text(text.Length - before);
    }

    private static string Scalar(object? value) => value switch
    {
        null => "None",
        bool flag => flag ? "True" : "False",
        long whole => whole.ToString(Numbers.Culture),
        BigWhole big => big.Digits,
        double number => Numbers.Format(number),
        Undefined => "Undefined",
        _ => "<object>",
    };

    private static void WriteItems(List<object?> items, StringBuilder text, Budget budget, int depth)
    {
        for (var i = 0; i < items.Count; i++)
        {
            text.Append(i > 0 ? ", " : "");
            Write(items[i], text, budget, depth + 1);
        }
    }

    private static void WriteMap(MapValue map, StringBuilder text, Budget budget, int depth)
    {
        text.Append('{');
        var isFirst = true;
        foreach (var (key, value) in map)
        {
            text.Append(isFirst ? "" : ", ");
            isFirst = false;
            Write(MapValue.Plain(key), text, budget, depth + 1);
            text.Append(": ");
            Write(value, text, budget, depth + 1);
        }

        text.Append('}');
    }

    private static void Quote(string value, StringBuilder text)
    {
        var quote = value.Contains('\'') && !value.Contains('"') ? '"' : '\'';
        text.Append(quote);
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            _ = c switch
            {
                '\\' => text.Append(@"\\"),
                '\n' => text.Append(@"\n"),
                '\r' => text.Append(@"\r"),
                '\t' => text.Append(@"\t"),
                _ when c == quote => text.Append('\\').Append(c),
                >= ' ' and < '\u007f' => text.Append(c),
                _ => QuoteOther(value, ref i, text),
            };
        }

        text.Append(quote);
    }

    // What has no shape of its own is written by its number.
    private static StringBuilder QuoteOther(string value, ref int i, StringBuilder text)
    {
        var code = i + 1 < value.Length && char.IsSurrogatePair(value[i], value[i + 1]) ? char.ConvertToUtf32(value, i) : value[i];
        var category = CharUnicodeInfo.GetUnicodeCategory(code);
        var start = i;
        i += code > char.MaxValue ? 1 : 0;
        return category switch
        {
            not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
                or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator) =>
                text.Append(value, start, i + 1 - start),
            _ when code <= byte.MaxValue => text.Append(Numbers.Culture, $"\\x{code:x2}"),
            _ when code <= char.MaxValue => text.Append(Numbers.Culture, $"\\u{code:x4}"),
            _ => text.Append(Numbers.Culture, $"\\U{code:x8}"),
        };
    }
}
