using System.Collections.Frozen;
using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Builtins;

/// <summary>Methods of Python's types. They get the value as the call's first argument.</summary>
internal static class Methods
{
    private static readonly FrozenDictionary<string, Callable> OfMaps = Signature.Table(
        new("get", "key default", Get),
        new("items", "", call => Sequences.Pairs(Map(call), call.Budget)),
        new("keys", "", call => call.ValueItems),
        new("values", "", ValuesOf));

    private static readonly FrozenDictionary<string, Callable> OfLists = Signature.Table(
        new Signature("append", "object", Append));

    public static Callable? Find(object? value, string name)
    {
        var methods = value switch
        {
            string => TextMethods.All,
            MapValue => OfMaps,
            List<object?> and not TupleValue => OfLists,
            _ => FrozenDictionary<string, Callable>.Empty,
        };
        return methods.TryGetValue(name, out var method) ? call => method(call.For(value, 0)) : null;
    }

    private static MapValue Map(Call call) => (MapValue)call.Value!;

    private static object? Get(Call call) => Map(call).TryGetValue(MapValue.Key(call.Required(1, "key")), out var value)
        ? value
        : call.Get(2, "default", null);

    private static List<object?> ValuesOf(Call call)
    {
        call.Budget.Steps(Map(call).Count);
        return [.. Map(call).Values];
    }

    private static object? Append(Call call)
    {
        ((List<object?>)call.Value!).Add(call.Required(1, "object"));
        return null;
    }
}
