using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Nodes;

internal sealed class BinaryExpression(string sign, Expression left, Expression right) : Expression
{
    protected override object? Run(Frame frame) =>
        Arithmetic.Apply(sign, left.Evaluate(frame), right.Evaluate(frame), frame.Budget);
}

internal sealed class UnaryExpression(Expression operand, bool negates) : Expression
{
    protected override object? Run(Frame frame)
    {
        var value = operand.Evaluate(frame);
        return value is double real && negates ? -real : Arithmetic.Apply(negates ? "-" : "+", 0L, value, frame.Budget);
    }
}

internal sealed class ConcatenationExpression(Expression left, Expression right) : Expression
{
    protected override object? Run(Frame frame)
    {
        var (first, second) = (Texts.Of(left.Evaluate(frame), frame.Budget), Texts.Of(right.Evaluate(frame), frame.Budget));
        frame.Budget.Text((long)first.Length + second.Length);
        return first + second;
    }
}
