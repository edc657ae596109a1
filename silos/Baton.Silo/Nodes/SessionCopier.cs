using Baton.Grains.Sessions;
using Microsoft.Extensions.Hosting;

namespace Baton.Silo.Nodes;

/// <summary>
/// Keeps the standbys of a gateway's sessions up to date, and bounds for how long ended ones and others' copies are kept.
/// </summary>
internal sealed class SessionCopier(
    NodeOptions node, SessionCopies copies, EndedSessions ended, SessionAdoption adoption, TimeProvider time)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!node.IsGateway)
        {
            return;
        }

        using var timer = new PeriodicTimer(Interval, time);
        var swept = time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            copies.Tick();
            if (time.GetElapsedTime(swept) > SweepInterval)
            {
                adoption.Sweep();
                ended.Sweep();
                swept = time.GetTimestamp();
            }
        }
    }
}
