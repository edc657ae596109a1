using Baton.Core.Text;

namespace Baton.Engine.Torch.Templates.Values;

internal static class Arithmetic
{
    public static object Apply(string sign, object? left, object? right, Budget budget)
    {
        try
        {
            return (sign, left, right) switch
            {
                ("%", string format, _) => PercentFormat.Of(format, right, budget),
                (_, BigWhole, long or bool or double or BigWhole) => throw new OverflowException(),
                (_, long or bool or double, BigWhole) => throw new OverflowException(),
                (_, Undefined missing, _) => throw missing.Error(),
                (_, _, Undefined missing) => throw missing.Error(),
                ("+", string a, string b) => Concatenate(a, b, budget),
                ("+", TupleValue a, TupleValue b) => new TupleValue(Concatenate(a, b, budget)),
                ("+", List<object?> a, List<object?> b) when a is TupleValue == b is TupleValue =>
                    Concatenate(a, b, budget),
                ("*", string or List<object?>, long or bool) => Repeat(left, right, budget),
                ("*", long or bool, string or List<object?>) => Repeat(right, left, budget),
                (not "/", long or bool, long or bool) => Whole(sign, left, right),
                (_, long or bool or double, long or bool or double) =>
                    Real(sign, Numbers.ToDouble(left), Numbers.ToDouble(right)),
                _ => throw new ChatTemplateException(
                    $"The chat template uses '{sign}' on a {Kinds.Name(left)} and a {Kinds.Name(right)}."),
            };
        }
        catch (OverflowException e)
        {
            throw new ChatTemplateException("The chat template computes a number that is too large.", e);
        }
        catch (DivideByZeroException e)
        {
            throw new ChatTemplateException("The chat template divides by zero.", e);
        }
    }

    private static string Concatenate(string left, string right, Budget budget)
    {
        budget.Text((long)left.Length + right.Length);
        return left + right;
    }

    private static List<object?> Concatenate(List<object?> left, List<object?> right, Budget budget)
    {
        budget.Steps((long)left.Count + right.Count);
        return [.. left, .. right];
    }

    private static object Repeat(object? value, object? times, Budget budget)
    {
        Numbers.TryWhole(times, out var count);
        count = Math.Clamp(count, 0, int.MaxValue);
        if (value is string text)
        {
            budget.Text(text.Length * count);
            return string.Concat(Enumerable.Repeat(text, text.Length == 0 ? 0 : (int)count));
        }

        var list = (List<object?>)value!;
        budget.Steps(list.Count * count);
        var items = Enumerable.Repeat(list, list.Count == 0 ? 0 : (int)count).SelectMany(i => i);
        return list is TupleValue ? new TupleValue(items) : new List<object?>(items);
    }

    private static object Whole(string sign, object? left, object? right)
    {
        Numbers.TryWhole(left, out var a);
        Numbers.TryWhole(right, out var b);
        return sign switch
        {
            "+" => checked(a + b),
            "-" => checked(a - b),
            "*" => checked(a * b),
            "//" => checked(a / b) - (a % b != 0 && a < 0 != b < 0 ? 1 : 0),
            "%" when b == -1 => 0L,
            "%" => a % b != 0 && a < 0 != b < 0 ? a % b + b : a % b,
            _ when b < 0 => (object)Math.Pow(a, b),
            _ => Power(a, b),
        };
    }

    private static long Power(long value, long exponent)
    {
        var result = 1L;
        while (exponent > 0)
        {
            if ((exponent & 1) == 1)
                result = checked(result * value);
            exponent >>= 1;
            if (exponent > 0)
                value = checked(value * value);
        }

        return result;
    }

    private static double Real(string sign, double left, double right) => sign switch
    {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "**" => Math.Pow(left, right),
        _ when right == 0 => throw new DivideByZeroException(),
        "/" => left / right,
        "//" => Math.Floor(left / right),
        _ => left - right * Math.Floor(left / right),
    };
}
