using System.Globalization;
using System.Text;
using Baton.Engine.Torch.Templates.Builtins;

namespace Baton.Engine.Torch.Templates.Values;

/// <summary>Python's <c>format.format(...)</c>, as Jinja's sandbox has it: attributes and keys are looked up as in templates.</summary>
internal sealed class BraceFormat(Call call)
{
    // A field's form may hold fields, and those may not.
    private const int MaxDepth = 2;

    private int _next;
    private bool? _isNumbered;

    /// <param name="format">The text with its fields.</param>
    /// <param name="call">Whose arguments, behind the first one, are the fields' values.</param>
    public static string Of(string format, Call call) => new BraceFormat(call).Expand(format, MaxDepth);

    private string Expand(string format, int depth)
    {
        if (depth == 0)
            throw FormatSpec.Wrong("has fields inside each other too deeply");
        call.Budget.Text(format.Length);
        var text = new StringBuilder();
        for (var position = 0; position < format.Length;)
        {
            var brace = format.AsSpan(position).IndexOfAny('{', '}') is >= 0 and var found ? position + found : format.Length;
            text.Append(format, position, brace - position);
            position = brace + 1;
            if (brace == format.Length)
                break;
            if (position < format.Length && format[position] == format[brace])
                text.Append(format[position++]);
            else if (format[brace] == '{')
                text.Append(Field(format, ref position, depth));
            else
                throw FormatSpec.Wrong("has a '}' alone");
        }

        return text.ToString();
    }

    private string Field(string format, ref int position, int depth)
    {
        call.Budget.Steps(1);
        var value = Value(Name(format, ref position));
        if (At(format, position) == '!')
        {
            value = Converted(value, At(format, position + 1));
            position += 2;
        }

        var spec = "";
        if (At(format, position) == ':')
        {
            var start = ++position;
            position = End(format, start);
            spec = format[start..position];
            if (spec.Contains('{') || spec.Contains('}'))
                spec = Expand(spec, depth - 1);
        }

        if (At(format, position++) != '}')
            throw FormatSpec.Wrong("has a field that is not closed");
        return value is Callable
            ? throw FormatSpec.Wrong("writes a function")
            : FieldText.Of(value, spec, call.Budget);
    }

    private static char At(string format, int position) => position < format.Length ? format[position] : '\0';

    // A key in brackets may hold anything but their end.
    private static string Name(string format, ref int position)
    {
        var start = position;
        var isKey = false;
        for (; position < format.Length && (isKey || format[position] is not ('}' or ':' or '!')); position++)
        {
            if (format[position] == '{')
                throw FormatSpec.Wrong("has a field in the name of another");
            isKey = format[position] == '[' || (isKey && format[position] != ']');
        }

        return format[start..position];
    }

    // Where the field's form ends: at the brace that nothing inside it has opened.
    private static int End(string format, int position)
    {
        for (var open = 0; position < format.Length; position++)
        {
            if (format[position] == '}' && open-- == 0)
                break;
            open += format[position] == '{' ? 1 : 0;
        }

        return position;
    }

    private object? Value(string name)
    {
        call.Budget.Scan(name.Length);
        var end = name.AsSpan().IndexOfAny('.', '[') is >= 0 and var found ? found : name.Length;
        var value = Argument(name[..end]);
        while (end < name.Length)
        {
            call.Budget.Steps(1);
            var isKey = name[end] == '[';
            var start = end + 1;
            end = isKey ? name.IndexOf(']', start) : NextPart(name, start);
            if (end == start || end < 0)
                throw FormatSpec.Wrong("has an empty or unfinished attribute");
            var part = name[start..end];
            value = isKey ? Members.Index(value, Key(part), call.Budget) : Members.Attribute(value, part);
            end += isKey ? 1 : 0;
            if (end < name.Length && name[end] is not ('.' or '['))
                throw FormatSpec.Wrong("has something else than '.' or '[' behind a ']'");
        }

        return value;
    }

    private static int NextPart(string name, int start) =>
        name.AsSpan(start).IndexOfAny('.', '[') is >= 0 and var found ? start + found : name.Length;

    private static object Key(string part) =>
        long.TryParse(part, NumberStyles.None, Numbers.Culture, out var index) ? index : part;

    private object? Argument(string name)
    {
        var isIndex = int.TryParse(name, NumberStyles.None, Numbers.Culture, out var index);
        if (name.Length > 0 && !isIndex)
        {
            return call.Named.TryGetValue(name, out var value)
                ? value
                : throw FormatSpec.Wrong("names an argument that it is not given");
        }

        if (_isNumbered is { } numbered && numbered != isIndex)
            throw FormatSpec.Wrong("numbers some fields and not others");
        _isNumbered = isIndex;
        index = isIndex ? index : _next++;
        return index < call.Positional.Count - 1
            ? call.Positional[index + 1]
            : throw FormatSpec.Wrong("has more fields than values");
    }

    private string Converted(object? value, char conversion) => conversion switch
    {
        's' => Texts.Of(value, call.Budget),
        'r' => Repr.Of(value, call.Budget),
        _ => throw FormatSpec.Wrong("converts by something else than !s and !r"),
    };
}
