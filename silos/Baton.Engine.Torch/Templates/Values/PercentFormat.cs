using System.Globalization;
using System.Text;
using Baton.Core.Text;

namespace Baton.Engine.Torch.Templates.Values;

/// <summary>Python's <c>format % values</c>: a tuple gives the values in turn, a dictionary by name.</summary>
internal sealed class PercentFormat(string format, object? values, Budget budget)
{
    private const int MaxWidth = 10_000;
    private const int MaxPrecision = 100;

    private readonly StringBuilder _text = new();
    private readonly List<object?> _items = values is TupleValue several ? several : [values];
    private int _position;
    private int _used;

    public static string Of(string format, object? values, Budget budget) =>
        new PercentFormat(format, values, budget).Run();

    private string Run()
    {
        while (_position < format.Length)
        {
            var percent = format.IndexOf('%', _position);
            var stop = percent < 0 ? format.Length : percent;
            budget.Text(stop - _position);
            _text.Append(format, _position, stop - _position);
            _position = stop;
            if (percent >= 0)
                WriteNext();
        }

        return _used >= _items.Count || values is MapValue or (List<object?> and not TupleValue)
            ? _text.ToString()
            : throw Wrong("has values that it does not use");
    }

    private void WriteNext()
    {
        budget.Steps(1);
        _position++;
        var isNamed = _position < format.Length && format[_position] == '(';
        var value = isNamed ? Named() : null;
        var flags = Take(c => c is '-' or '+' or ' ' or '0' or '#');
        var width = Number(MaxWidth);
        var precision = -1;
        if (_position < format.Length && format[_position] == '.')
        {
            _position++;
            precision = Number(MaxPrecision);
        }

        var kind = _position < format.Length ? format[_position++] : throw Wrong("is incomplete");
        if (kind == '%')
        {
            _text.Append('%');
            return;
        }

        if (!isNamed)
            value = _used < _items.Count ? _items[_used++] : throw Wrong("has too few values");
        var prefix = kind is 'x' or 'X' or 'o' && flags.Contains('#') ? WholeDigits.Prefix(kind).Length : 0;
        Pad(Part(kind, value, flags, precision), width, flags, isNumber: kind is not ('s' or 'r' or 'a' or 'c'), prefix);
    }

    private object? Named()
    {
        var close = format.IndexOf(')', _position);
        if (close < 0 || values is not MapValue map)
            throw Wrong(close < 0 ? "is incomplete" : "needs a dictionary");
        var name = format[(_position + 1)..close];
        _position = close + 1;
        return map.TryFind(name, budget, out var value) ? value : throw Wrong($"needs '{name}', which is not there");
    }

    private string Take(Func<char, bool> isTaken)
    {
        var start = _position;
        while (_position < format.Length && isTaken(format[_position]))
            _position++;
        return format[start.._position];
    }

    private int Number(int most)
    {
        var digits = Take(char.IsAsciiDigit);
        if (digits.Length == 0)
            return 0;
        return int.TryParse(digits, NumberStyles.None, Numbers.Culture, out var number) && number <= most
            ? number
            : throw Wrong("asks for too many characters");
    }

    private string Part(char kind, object? value, string flags, int precision)
    {
        switch (kind)
        {
            case 's':
                return Cut(Texts.Of(value, budget), precision);
            case 'r':
                return Cut(Repr.Of(value, budget), precision);
            case 'd' or 'i' or 'u':
                return Signed(AtLeast(precision, (value as BigWhole)?.Digits ?? Whole(value).ToString(Numbers.Culture)), flags);
            case 'x' or 'X' or 'o':
                return Signed(Based(kind, value, precision, flags), flags);
            case 'e' or 'E' or 'f' or 'F' or 'g' or 'G' when flags.Contains('#'):
                throw Wrong($"has '%#{kind}', which is not supported");
            case 'e' or 'E' or 'f' or 'F' or 'g' or 'G':
                return Signed(Real(kind, value, precision < 0 ? 6 : precision), flags);
            case 'c' when value is string text && Texts.Length(text, budget) == 1:
                return text;
            case 'c' when value is long code && Rune.IsValid((int)Math.Clamp(code, -1, int.MaxValue)):
                return new Rune((int)code).ToString();
            default:
                throw Wrong($"has '%{kind}' for a {Kinds.Name(value)}, which is not supported");
        }
    }

    private string Cut(string text, int precision) =>
        precision < 0 ? text : text[..Texts.Offset(text, precision, budget)];

    // The precision of a whole number is how many digits it has at least.
    private static string AtLeast(int precision, string digits) => digits.StartsWith('-')
        ? $"-{digits[1..].PadLeft(Math.Max(precision, 0), '0')}"
        : digits.PadLeft(Math.Max(precision, 0), '0');

    private static string Signed(string digits, string flags) => digits.StartsWith('-') ? digits
        : flags.Contains('+') ? $"+{digits}" : flags.Contains(' ') ? $" {digits}" : digits;

    private static Int128 Whole(object? value) => value switch
    {
        double real when double.IsFinite(real) && Math.Abs(real) < long.MaxValue => (Int128)real,
        bool or long when Numbers.TryWhole(value, out var whole) => whole,
        _ => throw Wrong($"needs a number, not a {Kinds.Name(value)}"),
    };

    private static string Based(char kind, object? value, int precision, string flags)
    {
        if (value is double)
            throw Wrong($"has '%{kind}' for a float, which is not supported");
        var digits = AtLeast(precision, WholeDigits.InBase(Whole(value), kind));
        return flags.Contains('#') ? digits.Insert(SignLength(digits), WholeDigits.Prefix(kind)) : digits;
    }

    private string Real(char kind, object? value, int precision)
    {
        if (!Numbers.IsNumber(value))
            throw Wrong($"needs a number, not a {Kinds.Name(value)}");
        budget.Steps(RealDigits.Steps);
        return RealDigits.Of(kind, Numbers.ToDouble(value), precision);
    }

    private static int SignLength(string part) => part.Length > 0 && part[0] is '-' or '+' or ' ' ? 1 : 0;

    // Zeros go behind the sign and what says the base.
    private void Pad(string part, int width, string flags, bool isNumber, int prefix)
    {
        var missing = Math.Max(width - Texts.Length(part, budget), 0);
        budget.Text((long)part.Length + missing);
        if (flags.Contains('-'))
        {
            _text.Append(part).Append(' ', missing);
        }
        else if (isNumber && flags.Contains('0'))
        {
            var lead = SignLength(part) + prefix;
            _text.Append(part, 0, lead).Append('0', missing).Append(part, lead, part.Length - lead);
        }
        else
        {
            _text.Append(' ', missing).Append(part);
        }
    }

    private static ChatTemplateException Wrong(string what) => new($"The chat template has a format that {what}.");
}
