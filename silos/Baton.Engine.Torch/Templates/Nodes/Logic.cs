using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Nodes;

/// <summary>"and" and "or", which give the operand that decided.</summary>
internal sealed class LogicExpression(Expression left, Expression right, bool isAnd) : Expression
{
    protected override object? Run(Frame frame)
    {
        var value = left.Evaluate(frame);
        return Kinds.IsTrue(value) == isAnd ? right.Evaluate(frame) : value;
    }
}

internal sealed class NotExpression(Expression operand) : Expression
{
    protected override object? Run(Frame frame) => !Kinds.IsTrue(operand.Evaluate(frame));
}

internal sealed class ConditionalExpression(Expression value, Expression condition, Expression? otherwise) : Expression
{
    protected override object? Run(Frame frame) => Kinds.IsTrue(condition.Evaluate(frame))
        ? value.Evaluate(frame)
        : otherwise is null ? new Undefined("else") : otherwise.Evaluate(frame);
}

/// <summary>Comparisons in a row, of which each must hold: <c>1 &lt; x &lt;= 3</c>.</summary>
internal sealed class ComparisonExpression(Expression first, List<(string Sign, Expression Right)> rest) : Expression
{
    protected override object? Run(Frame frame)
    {
        var left = first.Evaluate(frame);
        foreach (var (sign, operand) in rest)
        {
            var right = operand.Evaluate(frame);
            if (!Holds(sign, left, right, frame.Budget))
                return false;
            left = right;
        }

        return true;
    }

    private static bool Holds(string sign, object? left, object? right, Budget budget) => sign switch
    {
        "==" => Comparison.AreEqual(left, right, budget),
        "!=" => !Comparison.AreEqual(left, right, budget),
        "in" => Comparison.Contains(right, left, budget),
        "not in" => !Comparison.Contains(right, left, budget),
        "<" => Comparison.Compare(left, right, budget) < 0,
        "<=" => Comparison.Compare(left, right, budget) <= 0,
        ">" => Comparison.Compare(left, right, budget) > 0,
        _ => Comparison.Compare(left, right, budget) >= 0,
    };
}
