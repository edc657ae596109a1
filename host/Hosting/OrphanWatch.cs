using System.Diagnostics;
using Baton.Silo.Nodes;

namespace Baton.Host.Hosting;

/// <summary>
/// A local worker whose parent is gone stays as long as a gateway takes its reports, and leaves soon after none does.
/// </summary>
internal sealed class OrphanWatch(
    int parent,
    NodeReporter reporter,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<OrphanWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await ParentGone(stoppingToken);
        while (time.GetUtcNow() - reporter.LastHeard < Patience)
        {
            await Task.Delay(Look, time, stoppingToken);
        }

        logger.Orphaned();
        lifetime.StopApplication();
    }

    private async Task ParentGone(CancellationToken stopping)
    {
        try
        {
            using var process = Process.GetProcessById(parent);
            await process.WaitForExitAsync(stopping);
        }
        catch (ArgumentException)
        {
            // It has gone already.
        }
    }
}
