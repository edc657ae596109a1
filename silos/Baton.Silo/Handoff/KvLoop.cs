namespace Baton.Silo.Handoff;

/// <summary>Starts loops away from their callers, which may be grains, and from what flows with those calls.</summary>
internal static class KvLoop
{
    public static void Start(Func<Task> loop, TaskScheduler scheduler)
    {
        if (ExecutionContext.IsFlowSuppressed())
        {
            StartHere(loop, scheduler);
            return;
        }
        using (ExecutionContext.SuppressFlow())
            StartHere(loop, scheduler);
    }

    private static void StartHere(Func<Task> loop, TaskScheduler scheduler) => _ = Task.Factory.StartNew(
        loop, CancellationToken.None, TaskCreationOptions.PreferFairness, scheduler);
}
