using Baton.Core.Text;
using Baton.Engine.Torch.Templates.Builtins;
using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Nodes;

internal sealed class AttributeExpression(Expression target, string name) : Expression
{
    protected override object? Run(Frame frame) => Members.Attribute(target.Evaluate(frame), name);
}

internal sealed class IndexExpression(Expression target, Expression index) : Expression
{
    protected override object? Run(Frame frame) =>
        Members.Index(target.Evaluate(frame), index.Evaluate(frame), frame.Budget);
}

internal sealed class SliceExpression(Expression target, Expression? start, Expression? stop, Expression? step)
    : Expression
{
    protected override object? Run(Frame frame) => Sequences.Slice(
        target.Evaluate(frame), Bound(start, frame), Bound(stop, frame), Bound(step, frame) ?? 1, frame.Budget);

    private static long? Bound(Expression? bound, Frame frame) => bound?.Evaluate(frame) switch
    {
        null => null,
        var value and (long or bool) => Numbers.TryWhole(value, out var whole) ? whole : null,
        var value => throw new ChatTemplateException($"The chat template slices with a {Kinds.Name(value)}."),
    };
}
