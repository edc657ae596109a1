using System.Text;

namespace Baton.Engine.Torch.Templates.Values;

/// <summary>A whole number's digits in other bases than ten.</summary>
internal static class WholeDigits
{
    /// <summary>x, X, o or b: what stands before the digits where the base is to be seen.</summary>
    public static string Prefix(char kind) => $"0{kind}";

    /// <param name="value">The number.</param>
    /// <param name="kind">x, X, o or b.</param>
    public static string InBase(Int128 value, char kind)
    {
        var magnitude = (ulong)Int128.Abs(value);
        var digits = kind switch
        {
            'x' => magnitude.ToString("x", Numbers.Culture),
            'X' => magnitude.ToString("X", Numbers.Culture),
            'b' => magnitude.ToString("b", Numbers.Culture),
            _ => OctalOf(magnitude),
        };
        return value < 0 ? $"-{digits}" : digits;
    }

    private static string OctalOf(ulong value)
    {
        var digits = new StringBuilder();
        do
        {
            digits.Insert(0, (char)('0' + value % 8));
            value /= 8;
        }
        while (value > 0);
        return digits.ToString();
    }
}
