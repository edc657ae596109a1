using Baton.Core.Text;
using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Nodes;

internal sealed class BodyStatement(List<Statement> statements) : Statement
{
    protected override Flow Run(Frame frame)
    {
        foreach (var statement in statements)
        {
            if (statement.Execute(frame) is var flow and not Flow.Next)
                return flow;
        }

        return Flow.Next;
    }
}

internal sealed class TextStatement(string text) : Statement
{
    protected override Flow Run(Frame frame)
    {
        frame.Output.Write(text);
        return Flow.Next;
    }
}

internal sealed class PrintStatement(Expression value) : Statement
{
    protected override Flow Run(Frame frame)
    {
        frame.Output.Write(Texts.Of(value.Evaluate(frame), frame.Budget));
        return Flow.Next;
    }
}

internal sealed class JumpStatement(Flow flow) : Statement
{
    protected override Flow Run(Frame frame) => flow;
}

internal sealed class IfStatement(List<(Expression Condition, Statement Body)> branches, Statement? otherwise) : Statement
{
    protected override Flow Run(Frame frame)
    {
        foreach (var (condition, body) in branches)
        {
            if (Kinds.IsTrue(condition.Evaluate(frame)))
                return body.Execute(frame);
        }

        return otherwise?.Execute(frame) ?? Flow.Next;
    }
}

internal sealed class SetStatement(Target target, Expression value) : Statement
{
    protected override Flow Run(Frame frame)
    {
        frame.Assign(target, value.Evaluate(frame));
        return Flow.Next;
    }
}

/// <summary>Variables of a block alone. Their values are those from outside of it.</summary>
internal sealed class WithStatement(List<(Target Target, Expression Value)> variables, Statement body) : Statement
{
    protected override Flow Run(Frame frame)
    {
        var inner = frame.Inner();
        foreach (var (target, value) in variables)
            inner.Assign(target, value.Evaluate(frame));
        return body.Execute(inner);
    }
}

internal sealed class SetAttributeStatement(string name, string attribute, Expression value) : Statement
{
    protected override Flow Run(Frame frame)
    {
        if (frame.Lookup(name) is not NamespaceValue target)
            throw new ChatTemplateException($"The chat template sets an attribute of '{name}', which is no namespace.");
        target[attribute] = value.Evaluate(frame);
        return Flow.Next;
    }
}
