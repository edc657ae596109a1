using Baton.Contracts.Workers;
using Baton.Silo.Nodes;
using Baton.Silo.Workers;

namespace Baton.Host.Hosting;

/// <summary>A process whose every worker was asked to drain leaves when it is done; a gateway stays for its clients.</summary>
internal sealed class DrainWatch(
    NodeOptions node, WorkerRegistry workers, Drain drain, IHostApplicationLifetime lifetime) : BackgroundService
{
    /// <summary>Whether the cluster asked for it; a signal to the process did not.</summary>
    public bool WasAsked { get; private set; }

    /// <summary>The role in which the process goes on; null where it ends.</summary>
    public WorkerRole? NextRole => WasAsked && node.CanConvert ? workers.All.Single().NextRole : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (node.IsGateway || workers.All.Count == 0)
        {
            return;
        }

        await Task.WhenAll(workers.All.Select(w => w.DrainAsked)).WaitAsync(stoppingToken);
        if (drain.IsDraining)
        {
            return;
        }

        WasAsked = true;
        await drain.RunAsync();
        lifetime.StopApplication();
    }
}
