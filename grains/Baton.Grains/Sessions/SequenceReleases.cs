using Baton.Contracts;
using Baton.Core.Engine;
using Baton.Grains.Workers;

namespace Baton.Grains.Sessions;

/// <summary>Tells workers that an attempt, or a copy for one, is over; a worker that is gone needs no telling.</summary>
internal sealed class SequenceReleases(
    SessionRouter router, IGrainFactory grains, SessionOptions options, TimeProvider time)
{
    public void Release(SequenceKey key, params ReadOnlySpan<WorkerId?> workers)
    {
        foreach (var worker in workers)
        {
            if (worker is { } told)
            {
                Tell(told, key).Ignore();
            }
        }
    }

    /// <summary>Calls may overtake each other: an order that was given up is released once more when it has been answered.</summary>
    public async Task Release(Task order, SequenceKey key, WorkerId? first, WorkerId? second = null)
    {
        // Looked at before: what is answered while the release is on its way may have been overtaken by it.
        var isAnswered = order.IsCompleted;
        Release(key, first, second);
        if (!isAnswered)
        {
            await order.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            Release(key, first, second);
        }
    }

    // A release that is lost leaves blocks reserved until the worker asks whether they are wanted.
    private async Task Tell(WorkerId worker, SequenceKey key)
    {
        var grain = WorkerGrains.Of(grains, worker);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await grain.Release(key);
                return;
            }
            catch (Exception e) when (
                Undelivered.Is(e) && attempt < options.ReleaseAttempts && router.MayLive(worker))
            {
                await Task.Delay(options.ReleaseRetry, time);
            }
        }
    }
}
