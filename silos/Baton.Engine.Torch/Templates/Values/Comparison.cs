using Baton.Core.Text;

namespace Baton.Engine.Torch.Templates.Values;

internal static class Comparison
{
    public static bool AreEqual(object? left, object? right, Budget budget) => AreEqual(left, right, budget, 0);

    /// <summary>Negative, zero or positive; an error for values without an order.</summary>
    public static int Compare(object? left, object? right) => (left, right) switch
    {
        (string a, string b) => string.CompareOrdinal(a, b),
        (long a, long b) => a.CompareTo(b),
        _ when Numbers.IsNumber(left) && Numbers.IsNumber(right) =>
            Numbers.ToDouble(left).CompareTo(Numbers.ToDouble(right)),
        (Undefined missing, _) => throw missing.Error(),
        (_, Undefined missing) => throw missing.Error(),
        _ => throw new ChatTemplateException(
            $"The chat template compares a {Kinds.Name(left)} with a {Kinds.Name(right)}."),
    };

    public static bool Contains(object? container, object? item, Budget budget) => container switch
    {
        string text => IsPart(item, text, budget),
        MapValue map => map.ContainsKey(MapValue.Key(item)),
        _ => Sequences.Items(container, budget).Exists(candidate => AreEqual(candidate, item, budget)),
    };

    private static bool IsPart(object? item, string text, Budget budget)
    {
        budget.Scan(text.Length);
        return item is string part
            ? text.Contains(part, StringComparison.Ordinal)
            : throw new ChatTemplateException($"The chat template looks for a {Kinds.Name(item)} in a text.");
    }

    private static bool AreEqual(object? left, object? right, Budget budget, int depth)
    {
        budget.DataDepth(depth);
        budget.Scan((left as string)?.Length ?? 0);
        return (left, right) switch
        {
            (null, null) or (Undefined, Undefined) => true,
            (string a, string b) => a == b,
            (long a, long b) => a == b,
            (List<object?> a, List<object?> b) => a is TupleValue == b is TupleValue && a.Count == b.Count
                && !a.Where((item, i) => !AreEqual(item, b[i], budget, depth + 1)).Any(),
            (MapValue a, MapValue b) => a.Count == b.Count && a.All(entry =>
                b.TryGetValue(entry.Key, out var other) && AreEqual(entry.Value, other, budget, depth + 1)),
            _ when Numbers.IsNumber(left) && Numbers.IsNumber(right) =>
                Numbers.ToDouble(left) == Numbers.ToDouble(right),
            _ => ReferenceEquals(left, right),
        };
    }
}
