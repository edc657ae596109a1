using Baton.Core.Text;

namespace Baton.Engine.Torch.Templates.Values;

/// <summary>The values given to "cycler", in turn and from the start again.</summary>
internal sealed class CyclerValue : ObjectValue
{
    private readonly IReadOnlyList<object?> _items;
    private int _position;

    public CyclerValue(Call call) => _items = call.Positional.Count > 0
        ? call.Positional
        : throw new ChatTemplateException("The chat template cycles through nothing.");

    public override object? Attribute(string name) => name switch
    {
        "current" => _items[_position],
        "next" => new Callable(_ => Next()),
        "reset" => new Callable(_ => Reset()),
        _ => new Undefined($"cycler.{name}"),
    };

    private object? Next()
    {
        var item = _items[_position];
        _position = (_position + 1) % _items.Count;
        return item;
    }

    private object? Reset()
    {
        _position = 0;
        return null;
    }
}
