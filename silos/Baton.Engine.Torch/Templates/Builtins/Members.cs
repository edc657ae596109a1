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
        ObjectValue own => own.Attribute(name),
        GroupValue group when name == "grouper" => group[0],
        GroupValue group when name == "list" => group.Members,
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
        if (value is MapValue map && index is not (List<object?> or MapValue) && map.TryFind(index, budget, out var member))
            return member;
        if (index is string name)
        {
            budget.Scan(name.Length);
            return Attribute(value, name);
        }

        if (value is not (string or List<object?>) || index is not (long or bool))
            return new Undefined(Texts.Of(index, budget));
        Numbers.TryWhole(index, out var position);
        return value is string text ? Character(text, position, budget) : Item((List<object?>)value, position);
    }

    /// <summary>The attribute as Python has it: keys of dictionaries are none.</summary>
    public static object? OwnAttribute(object? value, string name) => value is MapValue
        ? (object?)Methods.Find(value, name) ?? new Undefined(name)
        : Attribute(value, name);

    /// <summary>The value at a path such as <c>function.name</c> or <c>0</c>, as filters name attributes.</summary>
    public static object? Path(object? value, object? path, Budget budget)
    {
        var whole = Texts.Of(path, budget);
        budget.Scan(whole.Length);
        foreach (var part in whole.Split('.'))
        {
            budget.Steps(1);
            value = Index(value, long.TryParse(part, Numbers.Culture, out var index) ? index : part, budget);
            if (value is Callable)
                throw new ChatTemplateException($"The chat template uses the method '{part}' as an attribute.");
        }

        return value;
    }

    private static object? Item(List<object?> items, long position)
    {
        position += position < 0 ? items.Count : 0;
        return position >= 0 && position < items.Count
            ? items[(int)position]
            : new Undefined(position.ToString(Numbers.Culture));
    }

    private static object Character(string text, long position, Budget budget)
    {
        var offset = Texts.Offset(text, position, budget);
        return offset >= 0 && offset < text.Length
            ? Texts.CharacterAt(text, offset)
            : new Undefined(position.ToString(Numbers.Culture));
    }
}
