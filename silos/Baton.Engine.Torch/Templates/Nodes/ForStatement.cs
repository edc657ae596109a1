using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Nodes;

/// <summary>A loop: what it goes through and what it does with each item.</summary>
internal sealed record ForParts(
    Target Target, Expression Source, Expression? Condition, Statement Body, Statement? Otherwise, bool IsRecursive);

internal sealed class ForStatement(ForParts parts) : Statement
{
    protected override Flow Run(Frame frame) => Loop(parts.Source.Evaluate(frame), frame, 0);

    private Flow Loop(object? source, Frame frame, int depth)
    {
        // A copy where the body could append to the list.
        var given = Sequences.Items(source, frame.Budget);
        frame.Budget.Steps(given.Count);
        List<object?> items = [.. given];
        if (parts.Condition is { } condition)
            items = items.FindAll(item => Kinds.IsTrue(condition.Evaluate(Bind(frame, item))));
        var loop = new LoopRun(items, depth, parts.IsRecursive ? Recursion(frame, depth) : null);
        for (var i = 0; i < items.Count; i++)
        {
            var inner = Bind(frame, items[i]);
            inner.Set("loop", new LoopValue(loop, i));
            if (parts.Body.Execute(inner) == Flow.Break)
                return Flow.Next;
        }

        if (items.Count == 0)
            return parts.Otherwise?.Execute(frame) ?? Flow.Next;
        return Flow.Next;
    }

    /// <summary>The loop as a function: it goes through other items, one level deeper, and gives its text.</summary>
    private Callable Recursion(Frame frame, int depth) => call =>
    {
        var inner = frame.Capturing();
        frame.Budget.Enter();
        Loop(call.Required(0, "iterable"), inner, depth + 1);
        frame.Budget.Leave();
        return inner.Output.ToString();
    };

    private Frame Bind(Frame frame, object? item)
    {
        var inner = frame.Inner();
        inner.Assign(parts.Target, item);
        return inner;
    }
}
