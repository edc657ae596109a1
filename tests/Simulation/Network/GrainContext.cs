namespace Baton.Simulation.Network;

/// <summary>All that a mailbox grain asks of Orleans: its own name.</summary>
internal sealed class GrainContext(string name) : IGrainContext
{
    public GrainId GrainId { get; } = GrainId.Create("worker", name);

    public GrainReference GrainReference => throw new NotSupportedException();

    public object? GrainInstance => throw new NotSupportedException();

    public ActivationId ActivationId => throw new NotSupportedException();

    public GrainAddress Address => throw new NotSupportedException();

    public IServiceProvider ActivationServices => throw new NotSupportedException();

    public IGrainLifecycle ObservableLifecycle => throw new NotSupportedException();

    public IWorkItemScheduler Scheduler => throw new NotSupportedException();

    public Task Deactivated => throw new NotSupportedException();

    public TTarget? GetTarget<TTarget>() where TTarget : class => throw new NotSupportedException();

    public object? GetTarget() => throw new NotSupportedException();

    public object? GetComponent(Type componentType) => throw new NotSupportedException();

    public TComponent? GetComponent<TComponent>() where TComponent : class => throw new NotSupportedException();

    public void SetComponent<TComponent>(TComponent? value) where TComponent : class => throw new NotSupportedException();

    public void ReceiveMessage(object message) => throw new NotSupportedException();

    public void Activate(Dictionary<string, object>? requestContext, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public void Rehydrate(IRehydrationContext context) => throw new NotSupportedException();

    public void Migrate(Dictionary<string, object>? requestContext, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);
}
