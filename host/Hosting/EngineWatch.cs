using Baton.Silo.Workers;

namespace Baton.Host.Hosting;

/// <summary>A worker whose engine died is of no use: the process leaves, and whoever keeps it starts a new one.</summary>
internal sealed class EngineWatch(
    WorkerRegistry workers, IHostApplicationLifetime lifetime, ILogger<EngineWatch> logger) : BackgroundService
{
    public bool Failed { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var stopped = Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stoppingToken);
        await Task.WhenAny(workers.All.Select(w => w.EngineEnded).Append(stopped));
        foreach (var worker in workers.All.Where(w => w.EngineEnded.IsFaulted))
        {
            Failed = true;
            logger.EngineStopped(worker.EngineEnded.Exception, worker.Id.Name);
            lifetime.StopApplication();
        }
    }
}
