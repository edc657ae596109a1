using Baton.Contracts;
using Baton.Contracts.Handoff;
using Baton.Contracts.Workers;
using Baton.Core.Engine;
using Microsoft.Extensions.Logging;

namespace Baton.Silo.Handoff;

/// <summary>
/// The producer's side of a worker's handoffs: describes blocks as the engine completes them, bounded by a window of
/// bytes a decode worker, and says when they may be reused. Safe for concurrent use; no call waits.
/// </summary>
public sealed partial class KvExporter : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly KvPool _pool;
    private readonly KvLeaseTable _leases;
    private readonly KvExporterOptions _options;
    private readonly KvExporterEvents _events;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _free = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<SequenceKey, KvOutgoing> _open = [];
    private readonly Dictionary<string, KvTargetQueue> _targets = [];
    private readonly ITimer _sweep;
    private KvExporterStats _stats = new();
    private int _held;
    private bool _disposed;

    public KvExporter(
        KvPool pool,
        KvLeaseTable leases,
        KvExporterOptions options,
        KvExporterEvents events,
        TimeProvider time,
        ILogger<KvExporter> logger)
    {
        _pool = pool;
        _leases = leases;
        _options = options;
        _events = events;
        _time = time;
        _logger = logger;
        _sweep = time.CreateTimer(_ => Sweep(time.GetUtcNow()), null, options.SweepInterval, options.SweepInterval);
    }

    public KvExporterStats Stats
    {
        get
        {
            lock (_gate)
                return _stats with { Open = _open.Count, UnackedBytes = _targets.Values.Sum(t => t.UnackedBytes) };
        }
    }

    /// <summary>Begins a handoff. False when there are too many, or one by that key already: nothing was begun.</summary>
    public bool Open(SequenceKey key, HandoffTarget target)
    {
        lock (_gate)
        {
            if (_disposed || _open.Count >= _options.MaxOpen || _open.ContainsKey(key)
                || _leases.Open(_pool) is not { } lease)
            {
                _stats = _stats with { Refused = _stats.Refused + 1 };
                return false;
            }
            _open.Add(key, new KvOutgoing(key, target, lease));
            _held++;
            var name = target.Worker.Name;
            if (!_targets.TryGetValue(name, out var queue))
                _targets.Add(name, queue = new KvTargetQueue(name, _options.WindowBytes));
            queue.Open++;
            return true;
        }
    }

    /// <summary>Takes completed blocks. False when their handoff is not open (any more): nothing is to be done.</summary>
    public bool Produced(KvProduced kv)
    {
        Action? after;
        lock (_gate)
        {
            if (!_open.TryGetValue(kv.Key, out var handoff) || handoff.LastMade || handoff.Finished)
                return false;
            if (kv.Finish is not null)
            {
                handoff.Finished = true;
                after = handoff.IsUnread ? End(handoff, HandoffOutcome.Finished, null) : null;
            }
            else
            {
                var target = _targets[handoff.Target.Worker.Name];
                foreach (var piece in KvPieces.Of(kv, handoff, _pool.Layout, _options.MaxDescriptorBytes))
                    target.Add(piece);
                after = target.Waiting > _options.MaxWaiting
                    ? End(handoff, HandoffOutcome.Failed, KvFailure.Busy)
                    : null;
                Kick(target);
            }
        }
        after?.Invoke();
        return true;
    }

    /// <summary>Takes decode's answer to a descriptor.</summary>
    public void Acknowledge(KvAck ack)
    {
        Action? after = null;
        lock (_gate)
        {
            if (!_open.TryGetValue(ack.Key, out var handoff)
                || (handoff.Acknowledged(ack, LeaseFromNow()) is not { } bytes))
            {
                _stats = _stats with { IgnoredAcks = _stats.IgnoredAcks + 1 };
                return;
            }
            var target = _targets[handoff.Target.Worker.Name];
            target.Credit(bytes);
            _stats = _stats with { BytesSent = _stats.BytesSent + (ack.Landed ? bytes : 0) };
            if (!ack.Landed)
                after = End(handoff, HandoffOutcome.Failed, ack.Failure);
            else if (handoff.IsLanded || handoff is { Finished: true, IsUnread: true })
                after = End(handoff, HandoffOutcome.Landed, null);
            else
                Kick(target);
        }
        after?.Invoke();
    }

    /// <summary>Withdraws a handoff, in whatever state it is. Idempotent.</summary>
    public void Abort(SequenceKey key) =>
        EndWhere(h => h.Key == key, HandoffOutcome.Aborted, KvFailure.Cancelled);

    /// <summary>Fails every handoff to a worker that is known to be dead: sooner than their leases would.</summary>
    public void TargetGone(WorkerId worker) =>
        EndWhere(h => h.Target.Worker == worker, HandoffOutcome.Failed, KvFailure.PeerGone);

    /// <summary>Ends the handoffs whose lease is over. Runs by itself every sweep interval.</summary>
    public void Sweep(DateTimeOffset now) =>
        EndWhere(h => h.IsExpired(now), HandoffOutcome.LeaseExpired, KvFailure.Lease);

    /// <summary>Aborts what is open and waits until nobody reads the pool; its memory may be freed afterwards.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
        }
        await _sweep.DisposeAsync();
        await _stopping.CancelAsync();
        EndWhere(_ => true, HandoffOutcome.Aborted, KvFailure.Shutdown);
        lock (_gate)
        {
            if (_held == 0)
                _free.TrySetResult();
        }
        await _free.Task;
        _stopping.Dispose();
    }

    private DateTimeOffset LeaseFromNow() => _time.GetUtcNow() + _options.Lease;

    private void EndWhere(Func<KvOutgoing, bool> which, HandoffOutcome outcome, string reason)
    {
        Action[] after;
        lock (_gate)
            after = [.. _open.Values.Where(which).ToArray().Select(h => End(h, outcome, reason))];
        foreach (var action in after)
            action();
    }

    /// <summary>Takes a handoff out; the action, for after the lock, frees its blocks once nobody reads them.</summary>
    private Action End(KvOutgoing handoff, HandoffOutcome outcome, string? reason)
    {
        if (handoff.Finished)
            (outcome, reason) = (HandoffOutcome.Finished, null);
        handoff.Ended = true;
        _open.Remove(handoff.Key);
        var target = _targets[handoff.Target.Worker.Name];
        target.Open--;
        target.Credit(handoff.UnackedBytes);
        Kick(target);
        Count(outcome, reason);
        _leases.Close(handoff.Lease);
        var end = new HandoffEnd(outcome, reason, handoff.BytesLanded);
        return () => handoff.Lease.End(() => Freed(handoff.Key, end));
    }

    private void Freed(SequenceKey key, HandoffEnd end)
    {
        if (end.Outcome is HandoffOutcome.Failed or HandoffOutcome.LeaseExpired)
            LogFailed(_logger, key, end.Reason ?? "");
        _events.Release(key, end);
        lock (_gate)
        {
            if (--_held == 0 && _disposed)
                _free.TrySetResult();
        }
    }

    private void Count(HandoffOutcome outcome, string? reason)
    {
        _stats = outcome switch
        {
            HandoffOutcome.Landed => _stats with { Completed = _stats.Completed + 1 },
            HandoffOutcome.Failed => _stats with { Failed = _stats.Failed + 1 },
            HandoffOutcome.LeaseExpired => _stats with { LeasesExpired = _stats.LeasesExpired + 1 },
            HandoffOutcome.Aborted => _stats with { Aborted = _stats.Aborted + 1 },
            _ => _stats,
        };
        KvMetrics.HandoffEnded(outcome, reason);
    }

    [LoggerMessage(1, LogLevel.Warning, "Handoff of {Sequence} failed at its producer: {Reason}")]
    private static partial void LogFailed(ILogger logger, SequenceKey sequence, string reason);

    [LoggerMessage(2, LogLevel.Warning, "{Count} KV descriptors, the first of {Sequence}, could not be published")]
    private static partial void LogPublish(ILogger logger, SequenceKey sequence, int count, Exception exception);
}
