using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Nodes;

internal sealed class ForStatement(
    List<string> names, Expression source, Expression? condition, Statement body, Statement? otherwise) : Statement
{
    protected override Flow Run(Frame frame)
    {
        // A copy where the body could append to the list.
        List<object?> items = [.. Sequences.Items(source.Evaluate(frame), frame.Budget)];
        if (condition is not null)
            items = items.FindAll(item => Kinds.IsTrue(condition.Evaluate(Bind(frame, item))));
        frame.Budget.Steps(items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            var inner = Bind(frame, items[i]);
            inner.Set("loop", new LoopValue(items, i));
            if (body.Execute(inner) == Flow.Break)
                return Flow.Next;
        }

        if (items.Count == 0)
            return otherwise?.Execute(frame) ?? Flow.Next;
        return Flow.Next;
    }

    private Frame Bind(Frame frame, object? item)
    {
        var inner = frame.Inner();
        inner.Assign(names, item);
        return inner;
    }
}
