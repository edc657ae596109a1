using Baton.Core.Text;

namespace Baton.Engine.Torch.Templates.Values;

/// <summary>What a filter, test, method, macro or function is called with; for filters and tests the value is first.</summary>
internal sealed class Call(Budget budget, IReadOnlyList<object?> positional, IReadOnlyDictionary<string, object?> named)
{
    public static readonly IReadOnlyDictionary<string, object?> NoNames = new Dictionary<string, object?>();

    public Budget Budget => budget;

    public IReadOnlyList<object?> Positional => positional;

    public IReadOnlyDictionary<string, object?> Named => named;

    public object? Value => Required(0, "value");

    public string ValueText => Texts.Of(Value, budget);

    public List<object?> ValueItems => Sequences.Items(Value, budget);

    public bool Has(int index, string name) => index < positional.Count || named.ContainsKey(name);

    public object? Get(int index, string name, object? otherwise) =>
        index < positional.Count ? positional[index] : named.TryGetValue(name, out var value) ? value : otherwise;

    public object? Required(int index, string name) => Has(index, name)
        ? Get(index, name, null)
        : throw new ChatTemplateException($"The chat template calls something without its argument '{name}'.");

    public string Text(int index, string name, string otherwise) => Texts.Of(Get(index, name, otherwise), budget);

    public bool Flag(int index, string name) => Kinds.IsTrue(Get(index, name, false));

    public long Whole(int index, string name, long otherwise) =>
        Get(index, name, otherwise) is var value && value is long or bool && Numbers.TryWhole(value, out var whole)
            ? whole
            : throw new ChatTemplateException($"The chat template calls something with a '{name}' that is no integer.");

    /// <summary>The same call, made for another value and without the first <paramref name="dropped"/> arguments.</summary>
    public Call For(object? value, int dropped) => new(budget, [value, .. positional.Skip(dropped)], named);
}

/// <summary>Anything that a template can call.</summary>
internal delegate object? Callable(Call call);
