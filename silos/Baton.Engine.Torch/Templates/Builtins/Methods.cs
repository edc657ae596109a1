using System.Collections.Frozen;
using Baton.Core.Text;
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

    private static readonly FrozenDictionary<string, Callable> OfTuples = Signature.Table(
        new("index", "value start stop", call => Index(call)),
        new("count", "value", call => Count(call)));

    private static readonly FrozenDictionary<string, Callable> OfLists = Signature.Table(
        new("append", "object", Append),
        new("index", "value start stop", call => Index(call)),
        new("count", "value", call => Count(call)));

    public static Callable? Find(object? value, string name)
    {
        var methods = value switch
        {
            string => TextMethods.All,
            MapValue => OfMaps,
            TupleValue => OfTuples,
            List<object?> => OfLists,
            _ => FrozenDictionary<string, Callable>.Empty,
        };
        return methods.TryGetValue(name, out var method) ? call => method(call.For(value, 0)) : null;
    }

    private static MapValue Map(Call call) => (MapValue)call.Value!;

    private static object? Get(Call call) => Map(call).TryFind(call.Required(1, "key"), call.Budget, out var value)
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

    private static long Index(Call call)
    {
        var items = call.ValueItems;
        var wanted = call.Required(1, "value");
        var (start, stop) = (Place(call, 2, "start", 0), Place(call, 3, "stop", items.Count));
        for (var i = start; i < stop; i++)
        {
            if (Comparison.AreEqual(items[i], wanted, call.Budget))
                return i;
        }

        throw new ChatTemplateException("The chat template asks for the index of what a list does not hold.");
    }

    private static int Place(Call call, int index, string name, int otherwise)
    {
        var place = call.Whole(index, name, otherwise);
        return (int)Math.Clamp(place < 0 ? place + call.ValueItems.Count : place, 0, call.ValueItems.Count);
    }

    private static long Count(Call call)
    {
        var wanted = call.Required(1, "value");
        return call.ValueItems.FindAll(item => Comparison.AreEqual(item, wanted, call.Budget)).Count;
    }
}
