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
    NodeReporter reporter,
    TimeProvider time,
    ILogger<Drain> logger)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    // For a gateway that hangs.
    private static readonly TimeSpan LongestTelling = TimeSpan.FromSeconds(1);

    // From an order of a gateway that did not know yet until it is here, and is refused.
    private static readonly TimeSpan OnItsWay = TimeSpan.FromMilliseconds(200);

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
            worker.Empty();
        }

        if (workers.All.Count > 0)
        {
            // An empty worker would be gone before the gateways know that it leaves, and with it what they have sent.
            await reporter.Told().WaitAsync(LongestTelling, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(OnItsWay, time);
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
