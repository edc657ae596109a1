using Baton.Core.Text;

namespace Baton.Engine.Torch.Templates.Values;

internal static class Comparison
{
    public static bool AreEqual(object? left, object? right, Budget budget) => AreEqual(left, right, budget, 0);

    /// <summary>Negative, zero or positive; an error for values without an order.</summary>
    public static int Compare(object? left, object? right, Budget budget) => Compare(left, right, budget, 0);

    public static bool Contains(object? container, object? item, Budget budget) => container switch
    {
        string text => IsPart(item, text, budget),
        MapValue map => map.TryFind(item, budget, out _),
        _ => Sequences.Items(container, budget).Exists(candidate => AreEqual(candidate, item, budget)),
    };

    private static bool IsPart(object? item, string text, Budget budget) => item is string part
        ? TextSearch.IndexOf(text, part, 0, text.Length, budget) >= 0
        : throw new ChatTemplateException($"The chat template looks for a {Kinds.Name(item)} in a text.");

    private static bool AreEqual(object? left, object? right, Budget budget, int depth)
    {
        budget.DataDepth(depth);
        return (left, right) switch
        {
            (null, null) or (Undefined, Undefined) => true,
            (string a, string b) => AreEqual(a, b, budget),
            (long a, long b) => a == b,
            (BigWhole a, BigWhole b) => AreEqual(a.Digits, b.Digits, budget),
            (List<object?> a, List<object?> b) => a is TupleValue == b is TupleValue && a.Count == b.Count
                && !a.Where((item, i) => !AreEqual(item, b[i], budget, depth + 1)).Any(),
            (MapValue a, MapValue b) => a.Count == b.Count && a.All(entry =>
                b.TryFind(MapValue.Plain(entry.Key), budget, out var other) && AreEqual(entry.Value, other, budget, depth + 1)),
            _ when Numbers.IsNumber(left) && Numbers.IsNumber(right) =>
                Numbers.ToDouble(left) == Numbers.ToDouble(right),
            _ => ReferenceEquals(left, right),
        };
    }

    private static bool AreEqual(string left, string right, Budget budget)
    {
        if (left.Length != right.Length)
            return false;
        budget.Scan(left.Length);
        return left == right;
    }

    private static int Compare(object? left, object? right, Budget budget, int depth)
    {
        budget.DataDepth(depth);
        return (left, right) switch
        {
            (string a, string b) => Compare(a, b, budget),
            (long a, long b) => a.CompareTo(b),
            (List<object?> a, List<object?> b) when a is TupleValue == b is TupleValue => Compare(a, b, budget, depth),
            _ when Numbers.IsNumber(left) && Numbers.IsNumber(right) =>
                Numbers.ToDouble(left).CompareTo(Numbers.ToDouble(right)),
            (Undefined missing, _) => throw missing.Error(),
            (_, Undefined missing) => throw missing.Error(),
            _ => throw new ChatTemplateException(
                $"The chat template compares a {Kinds.Name(left)} with a {Kinds.Name(right)}."),
        };
    }

    // The first items that differ decide, so that items behind them need no order.
    private static int Compare(List<object?> left, List<object?> right, Budget budget, int depth)
    {
        for (var i = 0; i < left.Count && i < right.Count; i++)
        {
            if (!AreEqual(left[i], right[i], budget, depth + 1))
                return Compare(left[i], right[i], budget, depth + 1);
        }

        return left.Count.CompareTo(right.Count);
    }

    // By code point: half a pair stands for one beyond all single characters.
    private static int Compare(string left, string right, Budget budget)
    {
        var same = left.AsSpan().CommonPrefixLength(right);
        budget.Scan(same);
        if (same == left.Length || same == right.Length)
            return left.Length.CompareTo(right.Length);
        var (a, b) = (left[same], right[same]);
        return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b) : char.IsSurrogate(a) ? 1 : -1;
    }
}
