using Baton.Core.Text;

namespace Baton.Engine.Torch.Templates.Values;

/// <summary>A dictionary in the order of insertion. Keys are strings, numbers and booleans.</summary>
internal sealed class MapValue : OrderedDictionary<object, object?>
{
    /// <summary>The key that stands for all equal values, as 1 does for 1.0 and True.</summary>
    public static object Key(object? value) => value switch
    {
        string text => text,
        long or double or bool => Numbers.TryWhole(value, out var whole) ? whole : value,
        _ => throw new ChatTemplateException($"The chat template uses a {Kinds.Name(value)} as a dictionary's key."),
    };
}

/// <summary>A sequence that prints with parentheses.</summary>
internal sealed class TupleValue(IEnumerable<object?> items) : List<object?>(items);

/// <summary>The one thing whose attributes a template may set.</summary>
internal sealed class NamespaceValue : Dictionary<string, object?>
{
    public NamespaceValue()
        : base(StringComparer.Ordinal)
    {
    }
}
