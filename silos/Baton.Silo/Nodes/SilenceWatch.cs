using Baton.Grains.Gateways;
using Baton.Grains.Sessions;
using Microsoft.Extensions.Hosting;

namespace Baton.Silo.Nodes;

/// <summary>
/// Finds workers that have stopped to report, a hung process or a lost network, before membership gives them up, and
/// has their sequences go on elsewhere.
/// </summary>
internal sealed class SilenceWatch(
    NodeOptions node, ClusterView view, SessionTable sessions, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    // Whoever stood still himself has heard of nobody meanwhile: that says nothing of the others.
    private static readonly TimeSpan OwnStall = 3 * Interval;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!node.IsGateway)
        {
            return;
        }

        using var timer = new PeriodicTimer(Interval, time);
        var looked = time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (time.GetElapsedTime(looked) < OwnStall)
            {
                foreach (var worker in view.Silent())
                {
                    sessions.WorkerSilent(worker, ClusterView.SilentAfter);
                }
            }

            looked = time.GetTimestamp();
        }
    }
}
