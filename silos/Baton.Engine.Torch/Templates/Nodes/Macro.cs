using Baton.Core.Text;
using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Nodes;

internal sealed class Macro(string name, List<(string Name, Expression? Default)> parameters, Statement body)
{
    /// <summary>The macro as a function that sees the variables of where it was defined.</summary>
    public Callable In(Frame definition) => call =>
    {
        if (call.Positional.Count > parameters.Count)
            throw new ChatTemplateException($"The chat template calls macro '{name}' with too many arguments.");
        var frame = definition.Capturing();
        if (call.Named.TryGetValue("caller", out var caller))
            frame.Set("caller", caller);
        foreach (var argument in call.Named.Keys)
        {
            if (argument != "caller" && !parameters.Exists(p => p.Name == argument))
                throw new ChatTemplateException($"The chat template's macro '{name}' has no parameter '{argument}'.");
        }

        for (var i = 0; i < parameters.Count; i++)
        {
            var (parameter, otherwise) = parameters[i];
            frame.Set(parameter, call.Has(i, parameter)
                ? call.Get(i, parameter, null)
                : otherwise is null ? new Undefined(parameter) : otherwise.Evaluate(frame));
        }

        body.Execute(frame);
        return frame.Output.ToString();
    };
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
