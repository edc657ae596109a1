using Baton.Core.Text;
using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Nodes;

/// <summary>Arguments as written; the last two are those of <c>*rest</c> and <c>**named</c>.</summary>
internal sealed record Arguments(
    List<Expression> Positional, List<(string Name, Expression Value)> Named, Expression? Rest = null,
    Expression? RestNamed = null)
{
    public static readonly Arguments None = new([], []);

    /// <summary>The call with these arguments, <paramref name="first"/> before them.</summary>
    public Call Evaluate(Frame frame, params object?[] first)
    {
        object?[] positional = [.. first, .. Positional.Select(argument => argument.Evaluate(frame))];
        if (Rest is not null)
        {
            var rest = Sequences.Items(Rest.Evaluate(frame), frame.Budget);
            frame.Budget.Steps(rest.Count);
            positional = [.. positional, .. rest];
        }

        return new Call(
            frame.Budget, positional, Named.Count == 0 && RestNamed is null ? Call.NoNames : EvaluateNamed(frame));
    }

    private Dictionary<string, object?> EvaluateNamed(Frame frame)
    {
        var named = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in Named)
            named[name] = value.Evaluate(frame);
        if (RestNamed is null)
            return named;
        if (RestNamed.Evaluate(frame) is not MapValue rest)
            throw new ChatTemplateException("The chat template gives named arguments that are no dictionary.");
        frame.Budget.Steps(rest.Count);
        foreach (var (key, value) in rest)
        {
            frame.Budget.Scan((key as string)?.Length ?? 0);
            if (key is not string name || !named.TryAdd(name, value))
                throw new ChatTemplateException("The chat template gives a named argument twice, or one without a name.");
        }

        return named;
    }
}

internal sealed class CallExpression(Expression target, Arguments arguments) : Expression
{
    protected override object? Run(Frame frame) => Invoke(frame, arguments);

    /// <summary>Calls with the body of a call block, which the macro knows as "caller".</summary>
    public object? InvokeWith(Frame frame, Callable caller) =>
        Invoke(frame, arguments with { Named = [.. arguments.Named, ("caller", new Literal(caller))] });

    private object? Invoke(Frame frame, Arguments given) => target.Evaluate(frame) switch
    {
        Callable function => function(given.Evaluate(frame)),
        ObjectValue { Function: { } function } => function(given.Evaluate(frame)),
        Undefined missing => throw missing.Error(),
        var value => throw new ChatTemplateException($"The chat template calls a {Kinds.Name(value)}."),
    };
}

/// <summary>A filter or a test: a function whose first argument stands before it.</summary>
internal sealed class FilterExpression(Expression value, Callable function, Arguments arguments) : Expression
{
    protected override object? Run(Frame frame) => function(arguments.Evaluate(frame, [value.Evaluate(frame)]));
}

/// <summary>The text of a block.</summary>
internal sealed class CaptureExpression : Expression
{
    /// <summary>Set once by the parser, which reads the block after what is done with its text.</summary>
    public Statement Body { private get; set; } = new BodyStatement([]);

    protected override object? Run(Frame frame)
    {
        var inner = frame.Capturing();
        Body.Execute(inner);
        return inner.Output.ToString();
    }
}
