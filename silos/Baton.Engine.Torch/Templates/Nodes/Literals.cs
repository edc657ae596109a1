using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Nodes;

internal sealed class Literal(object? value) : Expression
{
    protected override object? Run(Frame frame) => value;
}

internal sealed class NameExpression(string name) : Expression
{
    protected override object? Run(Frame frame) => frame.Lookup(name);
}

internal sealed class SequenceExpression(List<Expression> items, bool isTuple) : Expression
{
    protected override object? Run(Frame frame)
    {
        var values = items.Select(item => item.Evaluate(frame));
        return isTuple ? new TupleValue(values) : new List<object?>(values);
    }
}

internal sealed class MapExpression(List<(Expression Key, Expression Value)> entries) : Expression
{
    protected override object? Run(Frame frame)
    {
        var map = new MapValue();
        foreach (var (key, value) in entries)
            map[MapValue.Key(key.Evaluate(frame), frame.Budget)] = value.Evaluate(frame);
        return map;
    }
}
