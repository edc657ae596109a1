using System.Diagnostics;
using Baton.Contracts.Workers;
using Baton.Grains.Placement;
using Baton.Host.Options;

namespace Baton.Host.Hosting;

/// <summary>
/// The worker processes of a local cluster (--workers): starts them, replaces one that dies, and ends them with this
/// process. A worker that dies again and again is started at growing intervals.
/// </summary>
internal sealed class LocalWorkers(
    HostSettings settings,
    LocalCluster cluster,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<LocalWorkers> logger) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(25);

    private int _lastNode;

    /// <summary>Whether a worker said that it can never start: the process is of no use then.</summary>
    public bool Failed { get; private set; }

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var counts = settings.LocalWorkers!.Value;
        var roles = Enumerable.Repeat(WorkerRole.Prefill, counts.Prefill)
            .Concat(Enumerable.Repeat(WorkerRole.Decode, counts.Decode));
        return Task.WhenAll(roles.Select(role => KeepAsync(role, stoppingToken)));
    }

    private async Task KeepAsync(WorkerRole role, CancellationToken stopping)
    {
        var pause = FirstPause;
        while (!stopping.IsCancellationRequested)
        {
            var started = time.GetTimestamp();
            var exitCode = await RunAsync(role, stopping);
            if (exitCode == BatonHost.CannotStart)
            {
                Failed = true;
                lifetime.StopApplication();
                return;
            }

            if (exitCode == BatonHost.NotToBeReplaced)
            {
                return;
            }

            pause = time.GetElapsedTime(started) > Settled ? FirstPause : pause;
            await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>Runs a worker to its end; its exit code, or null when it was asked to end.</summary>
    private async Task<int?> RunAsync(WorkerRole role, CancellationToken stopping)
    {
        // A fresh name each time: the dead one stays visible beside its successor.
        var node = Interlocked.Increment(ref _lastNode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        using var process = WorkerProcess.Start(settings, role, node, cluster.ForMembers);
        logger.WorkerStarted(NodeName.Worker(role, node), process.Id);
        process.OutputDataReceived += (_, line) => logger.WorkerSaid(NodeName.Worker(role, node), line.Data);
        process.BeginOutputReadLine();
        try
        {
            await process.WaitForExitAsync(stopping);
            logger.WorkerEnded(NodeName.Worker(role, node), process.ExitCode);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            await StopAsync(process);
            return null;
        }
    }

    private async Task StopAsync(Process process)
    {
        Signals.Terminate(process.Id);
        try
        {
            await process.WaitForExitAsync().WaitAsync(StopTimeout, time);
        }
        catch (TimeoutException)
        {
            process.Kill();
        }
    }
}
