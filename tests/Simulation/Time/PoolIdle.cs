using System.Runtime.CompilerServices;

namespace Baton.Simulation.Time;

/// <summary>
/// The thread pool has one thread here, and the world runs on it. When nothing waits for that thread, all that the latest
/// event has set off outside of the world's scheduler is done, and the next event may come.
/// </summary>
internal static class PoolIdle
{
    public static async ValueTask Wait()
    {
        while (ThreadPool.PendingWorkItemCount > 0)
        {
            await default(BehindAllOthers);
        }
    }

    private readonly struct BehindAllOthers : INotifyCompletion
    {
        public bool IsCompleted => false;

        public BehindAllOthers GetAwaiter() => this;

        public void GetResult()
        {
        }

        public void OnCompleted(Action continuation) =>
            ThreadPool.UnsafeQueueUserWorkItem(static go => go(), continuation, preferLocal: false);
    }
}
