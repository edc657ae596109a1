using System.Text;
using Baton.Core.Text;

namespace Baton.Engine.Torch.Templates.Values;

/// <summary>How JSON is laid out; an indent, even an empty one, puts every member on a line of its own.</summary>
internal sealed record JsonLayout(
    string? Indent, string ItemSeparator, string KeySeparator, bool SortKeys, bool EnsureAscii);

/// <summary>Values as Python's json.dumps writes them.</summary>
internal sealed class JsonText(Budget budget, JsonLayout layout)
{
    private readonly StringBuilder _text = new();

    public static string Of(object? value, JsonLayout layout, Budget budget)
    {
        var writer = new JsonText(budget, layout);
        writer.Write(value, 0);
        return writer._text.ToString();
    }

    private void Write(object? value, int depth)
    {
        budget.DataDepth(depth);
        switch (value)
        {
            case List<object?> list:
                WriteMembers('[', ']', list.Count, depth, i => Write(list[i], depth + 1));
                break;
            case MapValue map:
                WriteMap(map, depth);
                break;
            case string text:
                WriteString(text);
                break;
            default:
                Append(Scalar(value));
                break;
        }
    }

    private void WriteMap(MapValue map, int depth)
    {
        var entries = map.Select(entry => (Key: entry.Key as string ?? Scalar(MapValue.Plain(entry.Key)), entry.Value)).ToList();
        if (layout.SortKeys)
            entries.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        WriteMembers('{', '}', entries.Count, depth, i =>
        {
            WriteString(entries[i].Key);
            Append(layout.KeySeparator);
            Write(entries[i].Value, depth + 1);
        });
    }

    private void WriteMembers(char open, char close, int count, int depth, Action<int> write)
    {
        _text.Append(open);
        for (var i = 0; i < count; i++)
        {
            Append(i == 0 ? "" : layout.ItemSeparator);
            NewLine(depth + 1);
            write(i);
        }

        if (count > 0)
            NewLine(depth);
        _text.Append(close);
    }

    private void NewLine(int depth)
    {
        if (layout.Indent is not { } indent)
            return;
        budget.Text(1 + (long)depth * indent.Length);
        _text.Append('\n').Insert(_text.Length, indent, depth);
    }

    private void Append(string text)
    {
        budget.Text(text.Length);
        _text.Append(text);
    }

    private static string Scalar(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        long whole => whole.ToString(Numbers.Culture),
        BigWhole big => big.Digits,
        double number when double.IsFinite(number) => Numbers.Format(number),
        double number => double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity",
        _ => throw new ChatTemplateException($"The chat template writes a {Kinds.Name(value)} as JSON."),
    };

    private void WriteString(string value)
    {
        const int longestEscape = 6;
        budget.Text(value.Length * (layout.EnsureAscii ? (long)longestEscape : 1) + 2);
        _text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => _text.Append("\\\""),
                '\\' => _text.Append(@"\\"),
                '\n' => _text.Append(@"\n"),
                '\r' => _text.Append(@"\r"),
                '\t' => _text.Append(@"\t"),
                '\b' => _text.Append(@"\b"),
                '\f' => _text.Append(@"\f"),
                < ' ' => _text.Append(Numbers.Culture, $"\\u{(int)c:x4}"),
                >= '\u007f' when layout.EnsureAscii => _text.Append(Numbers.Culture, $"\\u{(int)c:x4}"),
                _ => _text.Append(c),
            };
        }

        _text.Append('"');
    }
}
