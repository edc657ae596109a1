using System.Globalization;
using Baton.Core.Text;
using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Builtins;

internal static class NumberFilters
{
    public static object? ToWhole(Call call)
    {
        if (call.Whole(2, "base", 10) != 10)
            throw new ChatTemplateException("The chat template reads an integer of a base other than ten.");
        call.Budget.Scan((call.Value as string)?.Length ?? 0);
        return call.Value switch
        {
            long whole => whole,
            BigWhole big => big,
            bool flag => flag ? 1L : 0L,
            double real when Math.Abs(real) < long.MaxValue => (long)real,
            string text when long.TryParse(text, Numbers.Culture, out var whole) => whole,
            string text when TryReal(text, out var real) && Math.Abs(real) < long.MaxValue => (long)real,
            _ => call.Get(1, "default", 0L),
        };
    }

    public static object? ToReal(Call call)
    {
        call.Budget.Scan((call.Value as string)?.Length ?? 0);
        return call.Value switch
        {
            long or bool or double or BigWhole => Numbers.ToDouble(call.Value),
            string text when TryReal(text, out var real) => real,
            _ => call.Get(1, "default", 0.0),
        };
    }

    public static object? Absolute(Call call) => call.Value switch
    {
        double real => (object)Math.Abs(real),
        long and long.MinValue => throw new ChatTemplateException("The chat template computes a number that is too large."),
        long whole => Math.Abs(whole),
        BigWhole big => AbsoluteOf(big, call.Budget),
        bool flag => flag ? 1L : 0L,
        var other => throw NoNumber(other),
    };

    public static object? Round(Call call)
    {
        if (!Numbers.IsNumber(call.Value))
            throw NoNumber(call.Value);
        if (call.Value is BigWhole && call.Whole(1, "precision", 0) >= 0 && call.Text(2, "method", "common") == "common")
            return call.Value;
        var digits = (int)Math.Clamp(call.Whole(1, "precision", 0), -16, 16);
        if (digits is < -15 or > 15)
            throw new ChatTemplateException("The chat template rounds to too many digits.");
        var method = call.Text(2, "method", "common");
        return method == "common" && call.Value is long whole
            ? (object)RoundWhole(whole, digits)
            : RoundReal(Numbers.ToDouble(call.Value), digits, method);
    }

    private static BigWhole AbsoluteOf(BigWhole value, Budget budget)
    {
        budget.Text(value.Digits.Length);
        return new BigWhole(value.Digits.TrimStart('-'));
    }

    private static long RoundWhole(long value, int digits)
    {
        var rounded = digits >= 0 ? value : decimal.Round(value / Scale(digits), MidpointRounding.ToEven) * Scale(digits);
        return rounded is >= long.MinValue and <= long.MaxValue
            ? (long)rounded
            : throw new ChatTemplateException("The chat template computes a number that is too large.");
    }

    private static decimal Scale(int digits) => (decimal)Math.Pow(10, -digits);

    private static double RoundReal(double value, int digits, string method)
    {
        var scale = Math.Pow(10, digits);
        return method switch
        {
            "ceil" => Math.Ceiling(value * scale) / scale,
            "floor" => Math.Floor(value * scale) / scale,
            _ when digits < 0 => Math.Round(value * scale, MidpointRounding.ToEven) / scale,
            _ => Math.Round(value, digits, MidpointRounding.ToEven),
        };
    }

    private static bool TryReal(string text, out double real) =>
        double.TryParse(text.Trim(), NumberStyles.Float, Numbers.Culture, out real);

    private static ChatTemplateException NoNumber(object? value) =>
        new($"The chat template computes with a {Kinds.Name(value)}.");
}
