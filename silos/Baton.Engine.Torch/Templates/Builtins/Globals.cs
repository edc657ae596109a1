using Baton.Core.Text;
using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Builtins;

/// <summary>Functions that every template has.</summary>
internal static class Globals
{
    public static void Define(Frame frame, TimeProvider time)
    {
        frame.Set("raise_exception", new Callable(
            call => throw new ChatTemplateException(Texts.Of(call.Required(0, "message"), call.Budget))));
        frame.Set("range", new Callable(Range));
        frame.Set("dict", new Callable(Dict));
        frame.Set("cycler", new Callable(call => new CyclerValue(call)));
        frame.Set("joiner", new Callable(Joiner));
        frame.Set("namespace", new Callable(Namespace));
        frame.Set("strftime_now", new Callable(
            call => TimeFormat.Of(time.GetLocalNow(), Texts.Of(call.Required(0, "format"), call.Budget), call.Budget)));
    }

    private static List<object?> Range(Call call)
    {
        var first = call.Whole(0, "start", 0);
        var (start, stop) = call.Positional.Count > 1 ? (first, call.Whole(1, "stop", 0)) : (0, first);
        var step = call.Whole(2, "step", 1);
        if (step == 0)
            throw new ChatTemplateException("The chat template counts in steps of zero.");
        var count = ((Int128)stop - start + step - Math.Sign(step)) / step;
        if (count > TemplateLimits.MaxRangeLength)
            throw new ChatTemplateException("The chat template counts too far.");
        call.Budget.Steps((long)Int128.Max(count, 0));
        var items = new List<object?>();
        for (var i = 0; i < count; i++)
            items.Add(start + i * step);
        return items;
    }

    /// <summary>A function that gives nothing at first and then the separator.</summary>
    private static Callable Joiner(Call call)
    {
        var (separator, isUsed) = (call.Get(0, "sep", ", "), false);
        return _ =>
        {
            var text = isUsed ? separator : "";
            isUsed = true;
            return text;
        };
    }

    private static MapValue Dict(Call call)
    {
        var map = new MapValue();
        foreach (var (name, value) in Pairs(call))
            map[name] = value;
        return map;
    }

    private static NamespaceValue Namespace(Call call)
    {
        var space = new NamespaceValue();
        foreach (var (name, value) in Pairs(call))
            space[Texts.Of(name, call.Budget)] = value;
        return space;
    }

    private static IEnumerable<(object Name, object? Value)> Pairs(Call call)
    {
        var given = call.Positional.Count > 0 ? call.Value : null;
        if (given is not (null or MapValue))
            throw new ChatTemplateException($"The chat template makes a dictionary of a {Kinds.Name(given)}.");
        call.Budget.Steps((given as MapValue)?.Count ?? 0);
        var entries = given is MapValue map
            ? map.Select(entry => (MapValue.Key(MapValue.Plain(entry.Key), call.Budget), entry.Value))
            : [];
        return entries.Concat(call.Named.Select(entry => ((object)entry.Key, entry.Value)));
    }
}
