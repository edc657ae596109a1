using System.Collections.Concurrent;
using Baton.Contracts;
using Baton.Contracts.Gateways;
using Baton.Contracts.Planning;
using Baton.Contracts.Workers;
using Baton.Core.Routing;

namespace Baton.Grains.Gateways;

/// <summary>
/// What this gateway knows of the cluster: the latest report of every worker and gateway, and what was sent to each
/// since. Fed by reports and membership, read by routing and /cluster. Safe for concurrent use.
/// </summary>
public sealed class ClusterView(TimeProvider time)
{
    /// <summary>A worker silent for this long takes nothing new.</summary>
    public static readonly TimeSpan SilentAfter = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A gateway silent for this long is not waited for: longer than membership takes to declare a death, for one that
    /// others reach and this one does not is never declared dead.
    /// </summary>
    public static readonly TimeSpan GatewaySilentAfter = TimeSpan.FromSeconds(10);

    /// <summary>How long a dead worker stays visible.</summary>
    public static readonly TimeSpan DeadKept = TimeSpan.FromSeconds(60);

    /// <summary>A worker that is ready is heard of within this.</summary>
    public static readonly TimeSpan FirstReport = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, WorkerEntry> _workers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, GatewayStatus> _gateways = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _gatewaysHeard = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _deadSilos = new(StringComparer.Ordinal);
    private readonly TotalsLedger _totals = new();
    private TaskCompletionSource _changed = NewSignal();
    private PlanStatus? _plan;
    private int _unplaced;
    private long _gatewayDiedAt = DateTimeOffset.MinValue.UtcTicks;

    /// <summary>Completes when a worker appears or changes state; take it before looking.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    public void Report(WorkerStatus status)
    {
        if (_deadSilos.ContainsKey(status.Silo))
        {
            return;
        }

        _totals.Count(status);
        var now = time.GetUtcNow();
        if (_workers.TryAdd(status.Id.Name, new WorkerEntry(status, now))
            || (_workers.TryGetValue(status.Id.Name, out var entry) && entry.Accept(status, now)))
        {
            Signal();
        }
    }

    public void Report(GatewayStatus status)
    {
        if (!_deadSilos.ContainsKey(status.Silo))
        {
            _totals.Count(status);
            _gateways[status.Name] = status;
            _gatewaysHeard[status.Name] = time.GetUtcNow();
        }
    }

    /// <summary>Requests here that wait for a phase to have a worker.</summary>
    public int Unplaced => Volatile.Read(ref _unplaced);

    /// <summary>Where the planner stands; null before it has said so.</summary>
    public PlanStatus? Plan => Volatile.Read(ref _plan);

    public void Report(PlanStatus plan)
    {
        // One that is late, of a planner that another has followed, too.
        if (Plan is not { } known || plan.Sequence > known.Sequence)
        {
            Volatile.Write(ref _plan, plan);
        }
    }

    /// <summary>Counts over the whole cluster, the departed included.</summary>
    public ClusterTotals Totals() => _totals.Sum();

    /// <summary>The silo is dead: its workers take nothing and its gateway is gone.</summary>
    /// <returns>The workers that died with it.</returns>
    public IReadOnlyList<WorkerId> SiloDied(string silo)
    {
        _deadSilos[silo] = time.GetUtcNow();
        _totals.Retire(silo);
        foreach (var gateway in _gateways.Values.Where(g => g.Silo == silo))
        {
            Volatile.Write(ref _gatewayDiedAt, time.GetUtcNow().UtcTicks);
            _gateways.TryRemove(gateway.Name, out _);
            _gatewaysHeard.TryRemove(gateway.Name, out _);
        }

        var died = new List<WorkerId>();
        foreach (var entry in _workers.Values)
        {
            if (entry.Kill(silo, time.GetUtcNow()) is { } id)
            {
                died.Add(id);
            }
        }

        Signal();
        return died;
    }

    public bool GatewayDiedWithin(TimeSpan span) =>
        time.GetUtcNow().UtcTicks - Volatile.Read(ref _gatewayDiedAt) < span.Ticks;

    /// <summary>Every worker, the recently dead included.</summary>
    public IReadOnlyList<WorkerStatus> Workers()
    {
        var now = time.GetUtcNow();
        foreach (var (name, entry) in _workers)
        {
            if (entry.IsForgotten(now))
            {
                _workers.TryRemove(name, out _);
            }
        }

        return [.. _workers.Values.Select(e => e.Status(now)).OrderBy(s => s.Id.Name, StringComparer.Ordinal)];
    }

    /// <summary>The workers as routing sees them now.</summary>
    public IReadOnlyList<WorkerSnapshot> Snapshot()
    {
        var now = time.GetUtcNow();
        return [.. _workers.Values.Select(e => e.Snapshot(now))];
    }

    /// <summary>
    /// The workers that take requests, as admission sees them now; of prefill those to which the router hands prompts: not
    /// where decode workers read them themselves.
    /// </summary>
    public IReadOnlyList<AdmissionWorker> ForAdmission(DisaggregationMode mode)
    {
        var now = time.GetUtcNow();
        var withDecode = mode == DisaggregationMode.Auto
            ? _workers.Values.Select(e => e.Status(now)).Where(w => w.Role == WorkerRole.Decode).Select(w => w.Silo).ToHashSet()
            : [];
        return [.. _workers.Values
            .Where(e => e.Status(now) is var w && (w.Role == WorkerRole.Decode
                || (mode != DisaggregationMode.Never && !withDecode.Contains(w.Silo))))
            .Select(e => e.ForAdmission(now)).OfType<AdmissionWorker>()];
    }

    public IReadOnlyList<GatewayStatus> LiveGateways() =>
        [.. _gateways.Values.Where(g => !_deadSilos.ContainsKey(g.Silo)).OrderBy(g => g.Name, StringComparer.Ordinal)];

    /// <summary>
    /// Workers that drivers have ordered and that are not among those known: those that start, and those that have said that
    /// they are ready and whose first report is on its way. Planner and operators count them already.
    /// </summary>
    public IReadOnlyList<OrderedWorker> Expected(IReadOnlyList<WorkerStatus> known)
    {
        var now = time.GetUtcNow();
        var names = known.Select(w => w.Id.Name).ToHashSet(StringComparer.Ordinal);
        return [.. LiveGateways().SelectMany(g => g.Ordered).Where(o => !names.Contains(o.Name)
            && (o.State is OrderState.Starting or OrderState.Failed || (o.State == OrderState.Running && now - o.Since < FirstReport)))];
    }

    /// <summary>Workers that have not been heard of for <see cref="SilentAfter"/> and are not known to be dead.</summary>
    public IReadOnlyList<WorkerId> Silent()
    {
        var now = time.GetUtcNow();
        return [.. _workers.Values.Select(e => e.IfSilent(now)).OfType<WorkerId>()];
    }

    /// <summary>Whether a gateway has reported lately.</summary>
    public bool IsHeard(string gateway) =>
        _gatewaysHeard.TryGetValue(gateway, out var at) && time.GetUtcNow() - at < GatewaySilentAfter;

    /// <summary>Whether that life of a worker may still go on, heard of lately or not.</summary>
    public bool MayLive(WorkerId worker) =>
        _workers.TryGetValue(worker.Name, out var entry) && entry.MayLive(worker.Incarnation);

    public bool IsDraining(WorkerId worker) =>
        _workers.TryGetValue(worker.Name, out var entry) && entry.IsDraining(worker.Incarnation);

    public bool HasReady(WorkerRole role)
    {
        var now = time.GetUtcNow();
        return _workers.Values.Any(e => e.IsReady(role, now));
    }

    /// <summary>Counts a request that waits for a phase to have a worker, until it is disposed.</summary>
    public IDisposable Wait()
    {
        Interlocked.Increment(ref _unplaced);
        return new Waiting(this);
    }

    /// <summary>Counts what was just sent, until a report can show it.</summary>
    public void Sent(string worker, int tokens)
    {
        if (_workers.TryGetValue(worker, out var entry))
        {
            entry.Sent(tokens);
        }
    }

    /// <summary>Counts what is to be sent once another worker has answered, until it is disposed.</summary>
    public IDisposable Hold(string worker, int tokens)
    {
        var entry = _workers.GetValueOrDefault(worker);
        entry?.Hold(tokens);
        return new Held(entry, tokens);
    }

    private void Signal()
    {
        Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();
    }

    private sealed class Held(WorkerEntry? entry, int tokens) : IDisposable
    {
        public void Dispose() => entry?.Free(tokens);
    }

    private sealed class Waiting(ClusterView view) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref view._unplaced);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
