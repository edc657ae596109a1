using Baton.Core.Text;
using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Builtins;

internal static class SortFilters
{
    public static object? Sort(Call call) => Sorted(
        call, call.ValueItems, item => SortKey(call, item), call.Flag(1, "reverse"));

    public static object? SortMap(Call call)
    {
        if (call.Value is not MapValue map)
            throw new ChatTemplateException($"The chat template sorts a {Kinds.Name(call.Value)} as a dictionary.");
        var position = call.Text(2, "by", "key") == "value" ? 1 : 0;
        var isExact = call.Flag(1, "case_sensitive");
        return Sorted(
            call, Sequences.Pairs(map, call.Budget), pair => Fold(((TupleValue)pair!)[position], isExact, call.Budget),
            call.Flag(3, "reverse"));
    }

    public static object? Unique(Call call)
    {
        var isExact = call.Flag(1, "case_sensitive");
        var seen = new HashSet<object>(KeyComparer.Instance);
        return call.ValueItems.FindAll(item =>
        {
            call.Budget.Steps(1);
            return seen.Add(MapValue.Key(Key(call, item, 2, isExact), call.Budget));
        });
    }

    /// <summary>The smallest, or the largest, item; the first of equals.</summary>
    public static object? Extreme(Call call, int sign)
    {
        var isExact = call.Flag(1, "case_sensitive");
        (object? Item, object? Key)? best = null;
        foreach (var item in call.ValueItems)
        {
            var key = Key(call, item, 2, isExact);
            if (best is null || Comparison.Compare(key, best.Value.Key, call.Budget) * sign > 0)
                best = (item, key);
        }

        return best is { } found ? found.Item : new Undefined("item of an empty list");
    }

    /// <summary>Lists of the items whose attribute is alike, in the order of that attribute.</summary>
    public static object? Group(Call call)
    {
        var (attribute, otherwise) = (call.Required(1, "attribute"), call.Get(2, "default", null));
        var isExact = call.Flag(3, "case_sensitive");
        object? Value(object? item) =>
            Members.Path(item, attribute, call.Budget) is var value and not Undefined ? value : otherwise;
        var groups = new List<object?>();
        object? last = null;
        foreach (var item in Sorted(call, call.ValueItems, i => Fold(Value(i), isExact, call.Budget), false))
        {
            var key = Fold(Value(item), isExact, call.Budget);
            if (groups.Count == 0 || !Comparison.AreEqual(key, last, call.Budget))
                groups.Add(new GroupValue(Value(item)));
            ((GroupValue)groups[^1]!).Members.Add(item);
            last = key;
        }

        return groups;
    }

    private static List<object?> Sorted(Call call, List<object?> items, Func<object?, object?> key, bool isReversed)
    {
        call.Budget.Steps(4L * items.Count);
        var keyed = items.Select(item => (Item: item, Key: key(item))).ToList();
        if (keyed.Exists(k => k.Key is null))
            throw new ChatTemplateException("The chat template sorts None.");
        if (keyed.Exists(k => k.Key is not string) && keyed.Exists(k => k.Key is not List<object?>)
            && keyed.Find(k => !Numbers.IsNumber(k.Key)) is { Key: not null } other)
            throw new ChatTemplateException($"The chat template sorts a {Kinds.Name(other.Key)} among other values.");
        var order = Comparer<object?>.Create((a, b) => Comparison.Compare(a, b, call.Budget));
        try
        {
            var sorted = isReversed ? keyed.OrderByDescending(k => k.Key, order) : keyed.OrderBy(k => k.Key, order);
            return [.. sorted.Select(k => k.Item)];
        }
        catch (InvalidOperationException e) when (e.InnerException is ChatTemplateException)
        {
            // What a sort makes of an exception in a comparison.
            throw e.InnerException;
        }
    }

    // Several attributes, with commas between, order one after the other.
    private static object? SortKey(Call call, object? item)
    {
        var isExact = call.Flag(2, "case_sensitive");
        if (call.Get(3, "attribute", null) is not string attributes || !attributes.Contains(','))
            return Key(call, item, 3, isExact);
        return new List<object?>(attributes.Split(',').Select(
            attribute => Fold(Members.Path(item, attribute.Trim(), call.Budget), isExact, call.Budget)));
    }

    private static object? Key(Call call, object? item, int index, bool isExact)
    {
        var attribute = call.Get(index, "attribute", null);
        return Fold(attribute is null ? item : Members.Path(item, attribute, call.Budget), isExact, call.Budget);
    }

    private static object? Fold(object? key, bool isExact, Budget budget)
    {
        if (key is not string text || isExact)
            return key;
        budget.Text(text.Length);
        return text.ToLowerInvariant();
    }
}
