using Baton.Core.Text;

namespace Baton.Engine.Torch.Templates.Values;

/// <summary>A dictionary in the order of insertion. Keys are strings, numbers, booleans and None.</summary>
internal sealed class MapValue() : OrderedDictionary<object, object?>(KeyComparer.Instance)
{
    // No dictionary of .NET has null for a key.
    private static readonly object NoneKey = new();

    /// <summary>The keys as a template sees them.</summary>
    public IEnumerable<object?> PlainKeys => Keys.Select(Plain);

    /// <summary>A key as a template sees it.</summary>
    public static object? Plain(object key) => ReferenceEquals(key, NoneKey) ? null : key;

    /// <summary>The key that stands for all equal values, as 1 does for 1.0 and True.</summary>
    public static object Key(object? value, Budget budget)
    {
        budget.Scan((value as string ?? (value as BigWhole)?.Digits)?.Length ?? 0);
        return value switch
        {
            null => NoneKey,
            string text => text,
            BigWhole big => big,
            long or double or bool => Numbers.TryWhole(value, out var whole) ? whole : value,
            _ => throw new ChatTemplateException($"The chat template uses a {Kinds.Name(value)} as a dictionary's key."),
        };
    }

    /// <summary>Looks up a value of any kind: what cannot be a key is none, unless Python has no hash of it either.</summary>
    public bool TryFind(object? key, Budget budget, out object? value)
    {
        value = null;
        return key is null or string or long or double or bool or BigWhole or MapValue or (List<object?> and not TupleValue)
            && TryGetValue(Key(key, budget), out value);
    }
}

/// <summary>Equality of keys, hashed by chance so that nobody can choose numbers that collide.</summary>
internal sealed class KeyComparer : IEqualityComparer<object>
{
    public static readonly KeyComparer Instance = new();

    public new bool Equals(object? x, object? y) => object.Equals(x, y);

    public int GetHashCode(object obj) => obj switch
    {
        long whole => HashCode.Combine((int)whole, (int)(whole >> 32)),
        double real => GetHashCode(BitConverter.DoubleToInt64Bits(real)),
        _ => obj.GetHashCode(),
    };
}

/// <summary>A sequence that prints with parentheses.</summary>
internal class TupleValue(IEnumerable<object?> items) : List<object?>(items);

/// <summary>What "groupby" makes: a pair whose halves have names.</summary>
internal sealed class GroupValue(object? key) : TupleValue([key, new List<object?>()])
{
    public List<object?> Members => (List<object?>)this[1]!;
}

/// <summary>The one thing whose attributes a template may set.</summary>
internal sealed class NamespaceValue : Dictionary<string, object?>
{
    public NamespaceValue()
        : base(StringComparer.Ordinal)
    {
    }
}
