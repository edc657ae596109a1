namespace Baton.Engine.Torch.Templates.Nodes;

/// <summary>Where rendering goes on.</summary>
internal enum Flow
{
    Next,
    Break,
    Continue,
}

/// <summary>A node that writes text or sets variables. Nodes are immutable and shared by renderings.</summary>
internal abstract class Statement
{
    public Flow Execute(Frame frame)
    {
        frame.Budget.Enter();
        var flow = Run(frame);
        frame.Budget.Leave();
        return flow;
    }

    protected abstract Flow Run(Frame frame);
}
