using System.Globalization;
using Baton.Contracts.Planning;
using Baton.Contracts.Workers;
using Baton.Grains.Planning;
using Baton.Host.Options;

namespace Baton.Host.Hosting;

/// <summary>
/// The worker processes of this machine (--workers, --autoscale process): starts as many as are wanted, replaces one that
/// dies, and ends them with this process.
/// </summary>
internal sealed class LocalWorkers(
    HostSettings settings,
    LocalCluster cluster,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<LocalWorkers> logger) : BackgroundService, IScaleDriver
{
    private readonly Lock _gate = new();
    private readonly List<(WorkerSlot Slot, Task Kept)> _slots = [];
    private CancellationToken _stopping;
    private volatile bool _hasStarted;
    private int _lastNode;

    /// <summary>Whether a worker said that it can never start: the process is of no use then.</summary>
    public bool Failed { get; private set; }

    public string Name => "process";

    public bool CanConvert => true;

    public IReadOnlyList<OrderedWorker> Ordered
    {
        get
        {
            lock (_gate)
            {
                return [.. _slots.Select(s => s.Slot.State)];
            }
        }
    }

    public void Apply(ScaleOrder order)
    {
        lock (_gate)
        {
            foreach (var (slot, _) in _slots.Where(s => order.Leaving.Contains(s.Slot.State.Name)))
            {
                slot.Leave(drains: true);
            }

            foreach (var (slot, _) in _slots.Where(s => order.Converting.Contains(s.Slot.State.Name)))
            {
                slot.Convert();
            }

            Bring(WorkerRole.Prefill, order.Prefill);
            Bring(WorkerRole.Decode, order.Decode);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _stopping = stoppingToken;
        var counts = settings.LocalWorkers!.Value;
        Apply(new ScaleOrder(counts.Prefill, counts.Decode, []));
        await Task.Delay(Timeout.InfiniteTimeSpan, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task[] kept;
        lock (_gate)
        {
            kept = [.. _slots.Select(s => s.Kept)];
        }

        await Task.WhenAll(kept);
    }

    // Under the lock.
    private void Bring(WorkerRole role, int wanted)
    {
        var kept = _slots.Select(s => s.Slot).Where(s => s.Role == role && !s.IsLeaving).ToList();
        for (var i = kept.Count; i < wanted && !_stopping.IsCancellationRequested; i++)
        {
            var slot = new WorkerSlot(
                role, NextNode, (role, node) => WorkerProcess.Start(settings, role, node, cluster.ForMembers), time, logger);
            _slots.Add((slot, KeepAsync(slot)));
        }

        // Those that have not started cost least to lose; the rest drain.
        foreach (var slot in kept.OrderBy(s => s.State.State == OrderState.Running).Take(kept.Count - wanted))
        {
            slot.Leave(drains: false);
        }
    }

    private async Task KeepAsync(WorkerSlot slot)
    {
        // Not under the caller's lock.
        await Task.Yield();
        var exitCode = await slot.KeepAsync(mayNeverStart: () => _hasStarted |= Ordered.Any(o => o.State == OrderState.Running), _stopping);
        if (exitCode == BatonHost.CannotStart && !slot.IsLeaving)
        {
            Failed = true;
            lifetime.StopApplication();
        }

        lock (_gate)
        {
            _slots.RemoveAll(s => s.Slot == slot);
        }

        slot.Dispose();
    }

    private string NextNode() => Interlocked.Increment(ref _lastNode).ToString(CultureInfo.InvariantCulture);
}
