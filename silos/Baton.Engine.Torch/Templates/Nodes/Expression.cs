namespace Baton.Engine.Torch.Templates.Nodes;

/// <summary>A node that has a value. Nodes are immutable and shared by renderings.</summary>
internal abstract class Expression
{
    public object? Evaluate(Frame frame)
    {
        // No finally: whatever is thrown ends the rendering.
        frame.Budget.Enter();
        var value = Run(frame);
        frame.Budget.Leave();
        return value;
    }

    protected abstract object? Run(Frame frame);
}
