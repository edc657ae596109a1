using Baton.Grains.Sessions;
using Baton.Silo.Nodes;
using Baton.Silo.Workers;

namespace Baton.Host.Hosting;

/// <summary>Takes nothing new and waits, up to a bound, until nothing is left to lose.</summary>
internal sealed class Drain(
    NodeOptions node,
    SessionTable sessions,
    SessionCopies copies,
    WorkerRegistry workers,
    TimeProvider time,
    ILogger<Drain> logger)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private volatile bool _draining;

    /// <summary>Whether the process is on its way out.</summary>
    public bool IsDraining => _draining;

    public async Task RunAsync()
    {
        _draining = true;

        // The workers of a gateway's own process serve its sessions to their end: they drain after them.
        var started = time.GetTimestamp();
        await Wait(() => sessions.Active, started);
        foreach (var worker in workers.All)
        {
            worker.Drain();
        }

        await Wait(() => workers.All.Count(w => !w.IsIdle), started);

        // What still runs, and what clients may still ask for, goes on at the standbys.
        await copies.WhenKept(newcomer: null);
    }

    private async Task Wait(Func<int> left, long started)
    {
        if (left() is > 0 and var first)
        {
            logger.Draining(first);
        }

        while (left() > 0)
        {
            if (time.GetElapsedTime(started) > node.DrainTimeout)
            {
                logger.DrainTimedOut(left());
                return;
            }

            await Task.Delay(Look, time);
        }
    }
}
