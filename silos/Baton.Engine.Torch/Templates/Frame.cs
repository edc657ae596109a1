using Baton.Core.Text;
using Baton.Engine.Torch.Templates.Nodes;
using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates;

/// <summary>The variables of a scope and where its text goes.</summary>
internal sealed class Frame(Budget budget, TemplateOutput output, Frame? parent)
{
    private readonly Dictionary<string, object?> _variables = new(StringComparer.Ordinal);

    public Budget Budget => budget;

    public TemplateOutput Output => output;

    public Frame Inner() => new(budget, output, this);

    /// <summary>An inner scope that collects its own text.</summary>
    public Frame Capturing() => new(budget, new TemplateOutput(budget), this);

    public void Set(string name, object? value) => _variables[name] = value;

    public object? Lookup(string name)
    {
        for (var frame = this; frame is not null; frame = frame.Parent)
        {
            if (frame._variables.TryGetValue(name, out var value))
                return value;
        }

        return new Undefined(name);
    }

    /// <summary>Assigns one name, or unpacks a sequence into several.</summary>
    public void Assign(Target target, object? value)
    {
        if (target is NameTarget { Name: var name })
        {
            Set(name, value);
            return;
        }

        var parts = ((TupleTarget)target).Parts;
        var items = Sequences.Items(value, budget);
        if (items.Count != parts.Count)
            throw new ChatTemplateException($"The chat template unpacks {items.Count} values into {parts.Count} names.");
        for (var i = 0; i < parts.Count; i++)
            Assign(parts[i], items[i]);
    }

    private Frame? Parent => parent;
}
