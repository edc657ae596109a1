using Baton.Core.Text;
using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Builtins;

internal static class SortFilters
{
    private static readonly Comparer<object?> Order = Comparer<object?>.Create(Comparison.Compare);

    public static object? Sort(Call call) => Sorted(
        call, call.ValueItems, item => Key(call, item, 3, call.Flag(2, "case_sensitive")), call.Flag(1, "reverse"));

    public static object? SortMap(Call call)
    {
        if (call.Value is not MapValue map)
            throw new ChatTemplateException($"The chat template sorts a {Kinds.Name(call.Value)} as a dictionary.");
        var position = call.Text(2, "by", "key") == "value" ? 1 : 0;
        var isExact = call.Flag(1, "case_sensitive");
        return Sorted(
            call, Sequences.Pairs(map, call.Budget), pair => Fold(((TupleValue)pair!)[position], isExact),
            call.Flag(3, "reverse"));
    }

    public static object? Unique(Call call)
    {
        var isExact = call.Flag(1, "case_sensitive");
        var seen = new HashSet<object>();
        return call.ValueItems.FindAll(item => seen.Add(MapValue.Key(Key(call, item, 2, isExact))));
    }

    private static List<object?> Sorted(Call call, List<object?> items, Func<object?, object?> key, bool isReversed)
    {
        call.Budget.Steps(4L * items.Count);
        var keyed = items.Select(item => (Item: item, Key: key(item))).ToList();

        // Checked first: a comparison that throws inside a sort surfaces as another exception.
        if (keyed.Exists(k => k.Key is not string) && keyed.Find(k => !Numbers.IsNumber(k.Key)) is { Key: not null } other)
            throw new ChatTemplateException($"The chat template sorts a {Kinds.Name(other.Key)} among other values.");
        if (keyed.Exists(k => k.Key is null))
            throw new ChatTemplateException("The chat template sorts None.");
        var sorted = isReversed ? keyed.OrderByDescending(k => k.Key, Order) : keyed.OrderBy(k => k.Key, Order);
        return [.. sorted.Select(k => k.Item)];
    }

    private static object? Key(Call call, object? item, int index, bool isExact)
    {
        var attribute = call.Get(index, "attribute", null);
        return Fold(attribute is null ? item : Members.Path(item, attribute, call.Budget), isExact);
    }

    private static object? Fold(object? key, bool isExact) =>
        key is string text && !isExact ? text.ToLowerInvariant() : key;
}
