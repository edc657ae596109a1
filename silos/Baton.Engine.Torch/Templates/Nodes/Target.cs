namespace Baton.Engine.Torch.Templates.Nodes;

/// <summary>What is assigned to: a name, or several that a sequence is unpacked into.</summary>
internal abstract record Target;

internal sealed record NameTarget(string Name) : Target;

internal sealed record TupleTarget(List<Target> Parts) : Target;
