using Baton.Core.Text;
using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Builtins;

internal static class SequenceFilters
{
    public static List<object?> ToList(Call call)
    {
        call.Budget.Steps(call.ValueItems.Count);
        return [.. call.ValueItems];
    }

    public static object? Items(Call call) => call.Value switch
    {
        MapValue map => Sequences.Pairs(map, call.Budget),
        Undefined => new List<object?>(),
        var other => throw new ChatTemplateException($"The chat template asks for the items of a {Kinds.Name(other)}."),
    };

    public static object? First(Call call) => call.Value is string text
        ? Members.Index(text, 0L, call.Budget)
        : call.ValueItems is [var first, ..] ? first : new Undefined("first");

    public static object? Last(Call call) => call.Value is string text
        ? Members.Index(text, -1L, call.Budget)
        : call.ValueItems is [.., var last] ? last : new Undefined("last");

    public static object? Reverse(Call call) => call.Value is string
        ? Sequences.Slice(call.Value, null, null, -1, call.Budget)
        : Sequences.Slice(ToList(call), null, null, -1, call.Budget);

    public static object? Join(Call call)
    {
        var attribute = call.Get(2, "attribute", null);
        return Texts.Join(
            call.ValueItems.Select(i => Texts.Of(attribute is null ? i : Members.Path(i, attribute, call.Budget), call.Budget)),
            call.Text(1, "d", ""), call.Budget);
    }

    public static object? Sum(Call call)
    {
        var (attribute, sum) = (call.Get(1, "attribute", null), call.Get(2, "start", 0L));
        foreach (var item in call.ValueItems)
        {
            call.Budget.Steps(1);
            var value = attribute is null ? item : Members.Path(item, attribute, call.Budget);
            sum = Arithmetic.Apply("+", sum, value, call.Budget);
        }

        return sum;
    }
}
