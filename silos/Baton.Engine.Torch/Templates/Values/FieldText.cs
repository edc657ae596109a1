using System.Text;
using Baton.Core.Text;

namespace Baton.Engine.Torch.Templates.Values;

/// <summary>A value as a field of Python's str.format writes it.</summary>
internal sealed class FieldText(FormatSpec spec, Budget budget)
{
    private const int DigitsOfAGroup = 3;

    public static string Of(object? value, string spec, Budget budget)
    {
        if (spec.Length == 0)
            return Texts.Of(value, budget);
        var field = new FieldText(FormatSpec.Parse(spec), budget);
        return value switch
        {
            string text => field.Words(text),
            bool or long or BigWhole => field.Whole(value),
            double real => field.Real(real),
            _ => throw FormatSpec.Wrong($"has a field of a form that a {Kinds.Name(value)} does not have"),
        };
    }

    private string Words(string text)
    {
        if (spec.Kind is not ('\0' or 's') || spec.Sign != 0 || spec.ShowsBase || spec.Group != 0 || spec.Align == '=')
            throw Unfit("str");
        if (spec.Precision >= 0)
            text = text[..Texts.Offset(text, spec.Precision, budget)];
        return Filled("", text, spec.Align is '\0' or '0' ? '<' : spec.Align);
    }

    private string Whole(object value)
    {
        if (spec.Kind is 'e' or 'E' or 'f' or 'F' or 'g' or 'G' or '%')
            return Real(Numbers.ToDouble(value));
        var isBased = spec.Kind is 'b' or 'o' or 'x' or 'X';
        if (spec.Kind == 's' || spec.Precision >= 0 || (isBased && (spec.Group != 0 || value is BigWhole)))
            throw Unfit("int");
        if (value is BigWhole big)
            return Number(big.Digits, "");
        Numbers.TryWhole(value, out var whole);
        return isBased
            ? Number(WholeDigits.InBase(whole, spec.Kind), spec.ShowsBase ? WholeDigits.Prefix(spec.Kind) : "")
            : Number(whole.ToString(Numbers.Culture), "");
    }

    private string Real(double value)
    {
        if (spec.ShowsBase || spec.Kind is 's' or 'd' or 'b' or 'o' or 'x' or 'X')
            throw Unfit("float");
        budget.Steps(RealDigits.Steps);
        var precision = spec.Precision < 0 ? 6 : spec.Precision;
        return Number(
            spec.Kind switch
            {
                '%' => $"{RealDigits.Of('f', value * 100, precision)}%",
                '\0' when spec.Precision < 0 => Numbers.Format(value),
                '\0' => RealDigits.General(value, precision, keepsPoint: true),
                _ => RealDigits.Of(spec.Kind, value, precision),
            },
            "");
    }

    private string Number(string digits, string prefix)
    {
        var isNegative = digits.StartsWith('-');
        var sign = isNegative ? "-" : spec.Sign is '+' or ' ' ? spec.Sign.ToString() : "";
        digits = Grouped(isNegative ? digits[1..] : digits);
        return Filled(sign + prefix, digits, spec.Align switch
        {
            '\0' => '>',
            '0' => '=',
            var align => align,
        });
    }

    private string Grouped(string digits)
    {
        if (spec.Group == 0)
            return digits;
        if (spec is { Fill: "0", Align: '0' or '=', Width: > 0 })
            throw FormatSpec.Wrong("fills groups of digits with zeros, which is not supported");
        var end = digits.AsSpan().IndexOfAnyExceptInRange('0', '9');
        var text = new StringBuilder(digits);
        for (var i = (end < 0 ? digits.Length : end) - DigitsOfAGroup; i > 0; i -= DigitsOfAGroup)
            text.Insert(i, spec.Group);
        return text.ToString();
    }

    // The sign and the base stay in front where the filling comes behind them.
    private string Filled(string lead, string text, char align)
    {
        var missing = Math.Max(spec.Width - lead.Length - Texts.Length(text, budget), 0);
        budget.Text(lead.Length + text.Length + ((long)missing * spec.Fill.Length));
        var (left, right) = align switch
        {
            '<' => (0, missing),
            '^' => (missing / 2, missing - (missing / 2)),
            _ => (missing, 0),
        };
        var filled = new StringBuilder().Append(align == '=' ? lead : "");
        filled.Insert(filled.Length, spec.Fill, left).Append(align == '=' ? "" : lead).Append(text);
        return filled.Insert(filled.Length, spec.Fill, right).ToString();
    }

    private static ChatTemplateException Unfit(string kind) =>
        FormatSpec.Wrong($"has a field of a form that a {kind} does not have");
}
