using Baton.Core.Text;
using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Nodes;

/// <summary>The names a macro gives its arguments; it takes more than those only where its body speaks of them.</summary>
internal sealed record MacroParameters(
    List<(string Name, Expression? Default)> Named, bool TakesMore = false, bool TakesMoreNamed = false);

internal sealed class Macro(string name, MacroParameters parameters, Statement body)
{
    /// <summary>The macro as a function that sees the variables of where it was defined.</summary>
    public Callable In(Frame definition) => call =>
    {
        var frame = definition.Capturing();
        if (call.Named.TryGetValue("caller", out var caller))
            frame.Set("caller", caller);
        SetOthers(frame, call);
        for (var i = 0; i < parameters.Named.Count; i++)
        {
            var (parameter, otherwise) = parameters.Named[i];
            frame.Set(parameter, call.Has(i, parameter)
                ? call.Get(i, parameter, null)
                : otherwise is null ? new Undefined(parameter) : otherwise.Evaluate(frame));
        }

        body.Execute(frame);
        return frame.Output.ToString();
    };

    /// <summary>The arguments that no parameter takes, as "varargs" and "kwargs".</summary>
    private void SetOthers(Frame frame, Call call)
    {
        var more = call.Positional.Skip(parameters.Named.Count).ToList();
        if (more.Count > 0 && !parameters.TakesMore)
            throw new ChatTemplateException($"The chat template calls macro '{name}' with too many arguments.");
        var named = new MapValue();
        foreach (var (argument, value) in call.Named)
        {
            if (argument == "caller" || parameters.Named.Exists(p => p.Name == argument))
                continue;
            if (!parameters.TakesMoreNamed)
                throw new ChatTemplateException($"The chat template's macro '{name}' has no parameter '{argument}'.");
            named[argument] = value;
        }

        if (parameters.TakesMore)
            frame.Set("varargs", new TupleValue(more));
        if (parameters.TakesMoreNamed)
            frame.Set("kwargs", named);
    }
}

internal sealed class MacroStatement(string name, Macro macro) : Statement
{
    protected override Flow Run(Frame frame)
    {
        frame.Set(name, macro.In(frame));
        return Flow.Next;
    }
}

internal sealed class CallStatement(CallExpression call, Macro caller) : Statement
{
    protected override Flow Run(Frame frame)
    {
        frame.Output.Write(Texts.Of(call.InvokeWith(frame, caller.In(frame)), frame.Budget));
        return Flow.Next;
    }
}
