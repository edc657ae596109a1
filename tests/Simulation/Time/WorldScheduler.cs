namespace Baton.Simulation.Time;

/// <summary>Runs each piece of asynchronous code as an event of its own, in the order that the seed draws.</summary>
internal sealed class WorldScheduler(VirtualTime time) : TaskScheduler
{
    public Task Run(Func<Task> run) =>
        Task.Factory.StartNew(run, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();

    protected override void QueueTask(Task task) => time.In(TimeSpan.Zero, () => TryExecuteTask(task));

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
