namespace Baton.Silo.Handoff;

/// <summary>
/// Starts the threads that move KV. They are of their own because they block in the kernel or in long copies: on threads
/// of the pool, grain calls would wait behind them, and every wait of theirs would cost two switches more.
/// </summary>
internal static class KvThread
{
    private const int StackBytes = 256 << 10;

    /// <returns>Completes when <paramref name="run"/> has returned, and fails as it did.</returns>
    public static Task Start(string name, Action run)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => Run(run, ended), StackBytes) { Name = name, IsBackground = true };
        // Nothing that flows with the call which happened to need it is for its life.
        thread.UnsafeStart();
        return ended.Task;
    }

    private static void Run(Action run, TaskCompletionSource ended)
    {
        try
        {
            run();
            ended.SetResult();
        }
        catch (Exception e)
        {
            ended.SetException(e);
        }
    }
}
