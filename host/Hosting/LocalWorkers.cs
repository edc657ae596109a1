using System.Globalization;
using System.Security.Cryptography;
using Baton.Contracts.Planning;
using Baton.Contracts.Workers;
using Baton.Grains.Gateways;
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
    ClusterView view,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<LocalWorkers> logger) : BackgroundService, IScaleDriver
{
    // A process that the cluster takes for dead for so long, and that has not ended, hangs.
    private static readonly TimeSpan HungAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();

    // Workers of another life of this gateway, or of another gateway, may be in the cluster: no name is to mean two.
    private readonly string _names =
        settings.Cluster.Redis is null ? "" : $"{RandomNumberGenerator.GetHexString(4, lowercase: true)}-";

    private readonly Dictionary<string, DateTimeOffset> _dead = new(StringComparer.Ordinal);
    private readonly List<(WorkerSlot Slot, Task Kept)> _slots = [];
    private CancellationToken _stopping;
    private bool _hasStarted;
    private int _lastNode;
    private long _latestOrder;

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
            if (order.Sequence < _latestOrder)
            {
                return;
            }

            _latestOrder = order.Sequence;
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
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Look, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ReplaceHung();
        }

        Task[] kept;
        lock (_gate)
        {
            kept = [.. _slots.Select(s => s.Kept)];
        }

        await Task.WhenAll(kept);
    }

    // What the cluster has given up comes back no more, and whoever hangs does not end.
    private void ReplaceHung()
    {
        var now = time.GetUtcNow();
        var dead = view.Workers().Where(w => w.State == WorkerState.Dead).Select(w => w.Id.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _dead.Keys.Where(n => !dead.Contains(n)).ToList())
        {
            _dead.Remove(gone);
        }

        lock (_gate)
        {
            foreach (var (slot, _) in _slots.Where(s => s.Slot.State.State == OrderState.Running && dead.Contains(s.Slot.State.Name)))
            {
                _dead.TryAdd(slot.State.Name, now);
                if (now - _dead[slot.State.Name] > HungAfter)
                {
                    slot.Replace();
                }
            }
        }
    }

    // Under the lock.
    private void Bring(WorkerRole role, int? count)
    {
        if (count is not { } wanted)
        {
            return;
        }

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
        var exitCode = await slot.KeepAsync(mayNeverStart: HasStarted, _stopping);
        if (exitCode == BatonHost.CannotStart && !slot.IsLeaving)
        {
            Failed = true;
            lifetime.StopApplication();
        }

        lock (_gate)
        {
            _hasStarted |= slot.HasRun;
            _slots.RemoveAll(s => s.Slot == slot);
        }

        slot.Dispose();
    }

    /// <summary>Whether any worker has ever run: then what keeps another from it is no mistake of the user's.</summary>
    private bool HasStarted()
    {
        lock (_gate)
        {
            return _hasStarted || _slots.Exists(s => s.Slot.HasRun);
        }
    }

    private string NextNode() =>
        string.Create(CultureInfo.InvariantCulture, $"{_names}{Interlocked.Increment(ref _lastNode)}");
}
