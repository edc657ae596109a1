namespace Baton.Silo.Tests.Handoff.Model;

/// <summary>Runs what is ready one at a time on the thread that asks, in an order drawn from the seed.</summary>
internal sealed class SeededScheduler(Random random) : TaskScheduler
{
    private readonly List<Task> _ready = [];

    public int Ready
    {
        get
        {
            lock (_ready)
                return _ready.Count;
        }
    }

    public void RunOne()
    {
        Task task;
        lock (_ready)
        {
            var at = random.Next(_ready.Count);
            task = _ready[at];
            _ready.RemoveAt(at);
        }
        TryExecuteTask(task);
    }

    protected override void QueueTask(Task task)
    {
        lock (_ready)
            _ready.Add(task);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => [.. _ready];
}
