using System.CommandLine;
using System.Globalization;

namespace Baton.Cli;

/// <summary>Options that are times: 250ms, 1.5s, 10m, 2h; a plain number is seconds.</summary>
internal static class Durations
{
    private static readonly (string Unit, double Seconds)[] Units = [("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600)];

    public static Option<TimeSpan?> Option(string name, string help) => new(name)
    {
        Description = help,
        HelpName = "TIME",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (Parse(text) is { } time)
            {
                return time;
            }

            result.AddError($"{name}: '{text}' is not a time such as 250ms, 1.5s or 10m");
            return null;
        },
    };

    public static TimeSpan? Parse(string text)
    {
        var (unit, seconds) = Units.FirstOrDefault(u => text.EndsWith(u.Unit, StringComparison.Ordinal), ("", 1));
        return double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.Float, CultureInfo.InvariantCulture, out var count)
            && count >= 0 && count * seconds < 1e8
            ? TimeSpan.FromSeconds(count * seconds)
            : null;
    }
}
