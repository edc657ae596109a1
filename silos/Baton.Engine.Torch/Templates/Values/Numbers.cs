using System.Globalization;

namespace Baton.Engine.Torch.Templates.Values;

internal static class Numbers
{
    public static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static bool IsNumber(object? value) => value is long or double or bool or BigWhole;

    public static double ToDouble(object? value) => value switch
    {
        bool flag => flag ? 1 : 0,
        long whole => whole,
        BigWhole big => big.Approximation,
        _ => (double)value!,
    };

    /// <summary>The value as a whole number, where it is one.</summary>
    public static bool TryWhole(object? value, out long whole)
    {
        whole = value switch
        {
            bool flag => flag ? 1 : 0,
            long number => number,
            double number when IsWhole(number) => (long)number,
            _ => 0,
        };
        return value is bool or long || (value is double d && IsWhole(d));
    }

    /// <summary>As Python writes it: shortest digits that read back the same.</summary>
    public static string Format(double value)
    {
        if (!double.IsFinite(value))
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        var parts = value.ToString("E16", Culture).Split('E');
        var exponent = int.Parse(parts[1], Culture);
        if (value != 0 && exponent is < -4 or >= 16)
            return Scientific(value, exponent);
        var text = value.ToString("0.0###################", Culture);
        return decimal.TryParse(value.ToString("R", Culture), NumberStyles.Float, Culture, out var exact)
            ? exact.ToString("0.0###########################", Culture)
            : text;
    }

    private static string Scientific(double value, int exponent)
    {
        var digits = value.ToString("R", Culture).Split('E')[0].Replace(".", "", StringComparison.Ordinal);
        var sign = digits.StartsWith('-') ? "-" : "";
        digits = digits.TrimStart('-').TrimStart('0').TrimEnd('0');
        var mantissa = digits.Length > 1 ? $"{digits[0]}.{digits[1..]}" : digits;
        var power = Math.Abs(exponent).ToString("00", Culture);
        return $"{sign}{mantissa}e{(exponent < 0 ? '-' : '+')}{power}";
    }

    private static bool IsWhole(double value) => Math.Abs(value) < 1L << 53 && Math.Floor(value) == value;
}
