using System.Numerics;

namespace Baton.Engine.Torch.Templates.Values;

/// <summary>
/// A real number's digits as Python's formats write them: the exact value is rounded, half to even. .NET rounds halves away
/// from zero.
/// </summary>
internal static class RealDigits
{
    /// <summary>What a number costs: its exact value may have a thousand bits.</summary>
    public const int Steps = 20;

    private const int FractionBits = 52;
    private const int ExponentBias = 1075;

    /// <param name="kind">One of e, f and g, or in capitals.</param>
    /// <param name="value">The number.</param>
    /// <param name="precision">Digits behind the point; of g, digits in all.</param>
    public static string Of(char kind, double value, int precision)
    {
        var text = char.ToLowerInvariant(kind) switch
        {
            'e' => Scientific(value, precision),
            'f' => Fixed(value, precision),
            _ => General(value, precision, keepsPoint: false),
        };
        return char.IsAsciiLetterUpper(kind) ? text.ToUpperInvariant() : text;
    }

    /// <summary>Whichever is the shorter notation, without zeros at the end.</summary>
    /// <param name="value">The number.</param>
    /// <param name="precision">Digits.</param>
    /// <param name="keepsPoint">Whether it must look like a real number.</param>
    public static string General(double value, int precision, bool keepsPoint)
    {
        if (!double.IsFinite(value))
            return Numbers.Format(value);
        precision = Math.Max(precision, 1);
        var (digits, exponent) = Significant(value, precision);
        if (exponent < -4 || exponent >= (keepsPoint ? precision - 1 : precision))
            return Sign(value) + Scientific(digits[..1] + digits[1..].TrimEnd('0'), exponent);
        var text = Pointed(digits, precision - 1 - exponent);
        if (text.Contains('.'))
            text = text.TrimEnd('0').TrimEnd('.');
        return Sign(value) + text + (keepsPoint && !text.Contains('.') ? ".0" : "");
    }

    private static string Fixed(double value, int precision) => double.IsFinite(value)
        ? Sign(value) + Pointed(Scaled(value, precision).ToString(Numbers.Culture), precision)
        : Numbers.Format(value);

    private static string Scientific(double value, int precision)
    {
        if (!double.IsFinite(value))
            return Numbers.Format(value);
        var (digits, exponent) = Significant(value, precision + 1);
        return Sign(value) + Scientific(digits, exponent);
    }

    private static string Scientific(string digits, int exponent)
    {
        var mantissa = digits.Length > 1 ? $"{digits[0]}.{digits[1..]}" : digits;
        var power = Math.Abs(exponent).ToString("00", Numbers.Culture);
        return $"{mantissa}e{(exponent < 0 ? '-' : '+')}{power}";
    }

    private static string Sign(double value) => double.IsNegative(value) ? "-" : "";

    private static string Pointed(string digits, int decimals)
    {
        if (decimals == 0)
            return digits;
        digits = digits.PadLeft(decimals + 1, '0');
        return $"{digits[..^decimals]}.{digits[^decimals..]}";
    }

    // The logarithm may be off by one, and rounding may carry into one digit more.
    private static (string Digits, int Exponent) Significant(double value, int count)
    {
        if (value == 0)
            return (new string('0', count), 0);
        var exponent = (int)Math.Floor(Math.Log10(Math.Abs(value)));
        while (true)
        {
            var digits = Scaled(value, count - 1 - exponent).ToString(Numbers.Culture);
            if (digits.Length == count)
                return (digits, exponent);
            exponent += digits.Length > count ? 1 : -1;
        }
    }

    /// <summary>The magnitude times a power of ten, to the nearest whole number.</summary>
    private static BigInteger Scaled(double value, int power)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)(bits >> FractionBits) & 0x7FF;
        var fraction = bits & ((1L << FractionBits) - 1);
        var binary = Math.Max(exponent, 1) - ExponentBias;
        BigInteger top = exponent == 0 ? fraction : fraction | 1L << FractionBits;
        top = (top << Math.Max(binary, 0)) * BigInteger.Pow(10, Math.Max(power, 0));
        var bottom = (BigInteger.One << Math.Max(-binary, 0)) * BigInteger.Pow(10, Math.Max(-power, 0));
        var whole = BigInteger.DivRem(top, bottom, out var rest);
        var half = (2 * rest).CompareTo(bottom);
        return half > 0 || (half == 0 && !whole.IsEven) ? whole + 1 : whole;
    }
}
