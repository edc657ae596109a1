using Baton.Core.Text;

namespace Baton.Engine.Torch.Templates.Values;

internal static class Sequences
{
    /// <summary>What iterating over a value yields.</summary>
    public static List<object?> Items(object? value, Budget budget)
    {
        switch (value)
        {
            case List<object?> list:
                return list;
            case MapValue map:
                budget.Steps(map.Count);
                return [.. map.PlainKeys];
            case string text:
                return Texts.Characters(text, budget);
            case Undefined:
                return [];
            default:
                throw new ChatTemplateException($"The chat template goes through a {Kinds.Name(value)}.");
        }
    }

    public static long Length(object? value, Budget budget) => value switch
    {
        string text => Texts.Length(text, budget),
        List<object?> list => list.Count,
        MapValue map => map.Count,
        Undefined => 0,
        _ => throw new ChatTemplateException($"The chat template asks for the length of a {Kinds.Name(value)}."),
    };

    public static List<object?> Pairs(MapValue map, Budget budget)
    {
        budget.Steps(2L * map.Count);
        return [.. map.Select(entry => new TupleValue([MapValue.Plain(entry.Key), entry.Value]))];
    }

    /// <summary>Python's slice of a list or string.</summary>
    public static object Slice(object? value, long? start, long? stop, long step, Budget budget)
    {
        if (step == 0)
            throw new ChatTemplateException("The chat template slices with a step of zero.");
        if (value is not (string or List<object?>))
            throw new ChatTemplateException($"The chat template slices a {Kinds.Name(value)}.");
        if (value is string text && step == 1)
            return Stretch(text, start, stop, budget);
        var items = Items(value, budget);
        var count = items.Count;
        var from = Bound(start, step > 0 ? 0 : count - 1, count, step);
        var to = Bound(stop, step > 0 ? count : -1, count, step);
        var picked = new List<object?>();
        step = Math.Clamp(step, -count - 1L, count + 1L);
        for (var i = from; step > 0 ? i < to : i > to; i += step)
            picked.Add(items[(int)i]);
        budget.Steps(picked.Count);
        return value switch
        {
            string => string.Concat(picked),
            TupleValue => new TupleValue(picked),
            _ => picked,
        };
    }

    /// <summary>A slice that walks only to its ends, which are often near those of a long text.</summary>
    private static string Stretch(string text, long? start, long? stop, Budget budget)
    {
        var from = start is { } first ? Math.Max(Texts.Offset(text, first, budget), 0) : 0;
        var to = stop is { } last ? Math.Max(Texts.Offset(text, last, budget), 0) : text.Length;
        budget.Text(Math.Max(to - from, 0));
        return from < to ? text[from..to] : "";
    }

    private static long Bound(long? given, long otherwise, int count, long step)
    {
        if (given is not { } bound)
            return otherwise;
        var absolute = bound < 0 ? Math.Max(bound, -count - 1L) + count : bound;
        return step > 0 ? Math.Clamp(absolute, 0, count) : Math.Clamp(absolute, -1, count - 1);
    }
}
