using Baton.Core.Text;
using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Builtins;

/// <summary>Filters that look at every item with an attribute, another filter or a test.</summary>
internal static class SelectFilters
{
    public static object? Map(Call call)
    {
        var items = call.ValueItems;
        call.Budget.Steps(4L * items.Count);
        if (call.Named.TryGetValue("attribute", out var attribute))
        {
            if (call.Positional.Count > 1)
                throw new ChatTemplateException("The chat template gives 'map' both a filter and an attribute.");
            if (call.Named.Keys.FirstOrDefault(name => name is not ("attribute" or "default")) is { } unknown)
                throw Signature.Unknown("map", unknown);
            var otherwise = call.Get(int.MaxValue, "default", new Undefined("attribute"));
            return items.ConvertAll(item =>
                Members.Path(item, attribute, call.Budget) is var value and not Undefined ? value : otherwise);
        }

        var name = Texts.Of(call.Required(1, "filter"), call.Budget);
        if (!Filters.All.TryGetValue(name, out var filter))
            throw new ChatTemplateException($"The chat template uses the filter '{name}', which is unknown.");
        return items.ConvertAll(item => Nested(call, () => filter(call.For(item, 2))));
    }

    public static object? Select(Call call, bool byAttribute, bool wanted)
    {
        var items = call.ValueItems;
        call.Budget.Steps(4L * items.Count);
        var attribute = byAttribute ? call.Required(1, "attribute") : null;
        var index = byAttribute ? 2 : 1;
        Callable? test = null;
        if (call.Has(index, "test"))
        {
            var name = Texts.Of(call.Get(index, "test", null), call.Budget);
            if (!Tests.All.TryGetValue(name, out test))
                throw new ChatTemplateException($"The chat template uses the test '{name}', which is unknown.");
        }

        return items.FindAll(item =>
        {
            var value = byAttribute ? Members.Path(item, attribute, call.Budget) : item;
            return Kinds.IsTrue(test is null ? value : test(call.For(value, index + 1))) == wanted;
        });
    }

    // "map" may name itself.
    private static object? Nested(Call call, Func<object?> apply)
    {
        call.Budget.Enter();
        var value = apply();
        call.Budget.Leave();
        return value;
    }
}
