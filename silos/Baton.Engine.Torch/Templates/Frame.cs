using Baton.Core.Text;
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
    public void Assign(IReadOnlyList<string> names, object? value)
    {
        if (names.Count == 1)
        {
            Set(names[0], value);
            return;
        }

        var items = Sequences.Items(value, budget);
        if (items.Count != names.Count)
            throw new ChatTemplateException($"The chat template unpacks {items.Count} values into {names.Count} names.");
        for (var i = 0; i < names.Count; i++)
            Set(names[i], items[i]);
    }

    private Frame? Parent => parent;
}
