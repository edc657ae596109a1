using System.Text;
using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Builtins;

/// <summary>Python's strftime; codes that it has and we do not stay as they are.</summary>
internal static class TimeFormat
{
    public static string Of(DateTimeOffset time, string format, Budget budget)
    {
        budget.Text(10L * format.Length);
        var text = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }

            var isBare = format[i + 1] == '-' && i + 2 < format.Length;
            var code = format[i += isBare ? 2 : 1];
            var part = Part(time, code);
            text.Append(isBare && part.Length > 1 ? part.TrimStart('0').PadLeft(1, '0') : part);
        }

        return text.ToString();
    }

    private static string Part(DateTimeOffset time, char code) => code switch
    {
        'Y' => Format(time, "yyyy"),
        'y' => Format(time, "yy"),
        'm' => Format(time, "MM"),
        'd' => Format(time, "dd"),
        'H' => Format(time, "HH"),
        'I' => Format(time, "hh"),
        'M' => Format(time, "mm"),
        'S' => Format(time, "ss"),
        'p' => Format(time, "tt"),
        'A' => Format(time, "dddd"),
        'a' => Format(time, "ddd"),
        'B' => Format(time, "MMMM"),
        'b' => Format(time, "MMM"),
        'j' => time.DayOfYear.ToString("000", Numbers.Culture),
        'F' => Format(time, "yyyy-MM-dd"),
        'T' => Format(time, "HH:mm:ss"),
        'z' => Format(time, "zzz").Replace(":", "", StringComparison.Ordinal),
        '%' => "%",
        _ => $"%{code}",
    };

    private static string Format(DateTimeOffset time, string format) => time.ToString(format, Numbers.Culture);
}
