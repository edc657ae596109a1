namespace Baton.Engine.Torch.Templates.Values;

/// <summary>A value of our own with attributes, which a template can call if it is a function too.</summary>
internal abstract class ObjectValue
{
    public virtual Callable? Function => null;

    public abstract object? Attribute(string name);
}
