using Baton.Core.Text;
using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Builtins;

/// <summary>Attributes and indices of values.</summary>
internal static class Members
{
    /// <summary><c>value.name</c>: a method comes before a key of that name.</summary>
    public static object? Attribute(object? value, string name) => value switch
    {
        Undefined missing => throw missing.Error(),
        LoopValue loop => loop.Attribute(name),
        NamespaceValue space => space.TryGetValue(name, out var member) ? member : new Undefined(name),
        _ when Methods.Find(value, name) is { } method => method,
        MapValue map => map.TryGetValue(name, out var member) ? member : new Undefined(name),
        _ => new Undefined(name),
    };

    /// <summary><c>value[index]</c>: a key comes before a method of that name.</summary>
    public static object? Index(object? value, object? index, Budget budget)
    {
        if (value is Undefined missing)
            throw missing.Error();
        if (value is MapValue map && index is string or long or double or bool
            && map.TryGetValue(MapValue.Key(index), out var member))
            return member;
        if (index is string name)
            return Attribute(value, name);
        if (value is not (string or List<object?>) || index is not (long or bool))
            return new Undefined(Texts.Of(index, budget));
        Numbers.TryWhole(index, out var position);
        if (value is string text && Texts.IsFlat(text))
        {
            position += position < 0 ? text.Length : 0;
            return position >= 0 && position < text.Length ? text[(int)position].ToString() : new Undefined("index");
        }

        var items = Sequences.Items(value, budget);
        position += position < 0 ? items.Count : 0;
        return position >= 0 && position < items.Count
            ? items[(int)position]
            : new Undefined(position.ToString(Numbers.Culture));
    }

    /// <summary>The value at a path such as <c>function.name</c> or <c>0</c>, as filters name attributes.</summary>
    public static object? Path(object? value, object? path, Budget budget)
    {
        foreach (var part in Texts.Of(path, budget).Split('.'))
        {
            value = Index(value, long.TryParse(part, Numbers.Culture, out var index) ? index : part, budget);
            if (value is Callable)
                throw new ChatTemplateException($"The chat template uses the method '{part}' as an attribute.");
        }

        return value;
    }
}
