using Baton.Contracts;
using Baton.Contracts.Handoff;

namespace Baton.Silo.Handoff;

// From an accepted descriptor to the end of its handoff. Whatever ends a handoff marks it and cancels its pulls; the
// end itself is told by Settle, once, when the last pull has let go of the blocks.
public sealed partial class KvImporter
{
    private void AnswerUnexpected(KvDescriptor descriptor)
    {
        if (!_landed.Contains(descriptor.Key, descriptor.Source.Worker))
        {
            Refuse(descriptor, KvFailure.Unknown);
            return;
        }
        // Redelivered after the end; or the first answer was lost, and this one lets the producer free its blocks.
        _stats = _stats with { Duplicates = _stats.Duplicates + 1 };
        _acks.Post(descriptor.Source.Worker, new KvAck(descriptor.Key, descriptor.Number, null));
    }

    private void AnswerDuplicate(KvIncoming incoming, KvDescriptor descriptor)
    {
        _stats = _stats with { Duplicates = _stats.Duplicates + 1 };
        if (incoming.HasLanded(descriptor.Number))
            _acks.Post(descriptor.Source.Worker, new KvAck(descriptor.Key, descriptor.Number, null));
    }

    private void Refuse(KvDescriptor descriptor, string reason)
    {
        _stats = _stats with { Refused = _stats.Refused + 1 };
        KvMetrics.Refused(reason);
        LogRefused(_logger, descriptor.Number, descriptor.Key, reason);
        _acks.Post(descriptor.Source.Worker, new KvAck(descriptor.Key, descriptor.Number, reason));
    }

    /// <summary>Under the lock; the action is for after it.</summary>
    private Action? Accept(KvIncoming incoming, KvDescriptor descriptor)
    {
        var isFirst = incoming.Producer is null;
        var failure = incoming.Accept(descriptor, _time.GetUtcNow(), out var destination);
        if (_queued >= _options.MaxQueued)
            failure = KvFailure.Busy;
        if (failure is not null)
        {
            Refuse(descriptor, failure);
            return () => Fail(incoming, failure);
        }
        var pull = new KvPull(descriptor, _pool, destination, () => Touch(incoming), incoming.Cancel.Token);
        Queue(incoming, pull);
        return isFirst ? () => _events.Started?.Invoke(incoming.Key) : null;
    }

    private void Queue(KvIncoming incoming, KvPull pull)
    {
        var worker = pull.Descriptor.Source.Worker;
        if (!_peers.TryGetValue(worker, out var peer))
            _peers.Add(worker, peer = new KvPeerQueue());
        peer.Add(incoming, pull);
        _queued++;
        if (peer.Running >= _options.PullsPerPeer)
            return;
        peer.Running++;
        KvLoop.Start(() => Run(peer, worker), _options.Scheduler);
    }

    private async Task Run(KvPeerQueue peer, WorkerId worker)
    {
        while (Next(peer, worker) is var (incoming, pull))
        {
            var started = _time.GetTimestamp();
            var (failure, plane) = await Pull(pull);
            Finish(peer, incoming, pull, failure, plane, started);
        }
    }

    private (KvIncoming Incoming, KvPull Pull)? Next(KvPeerQueue peer, WorkerId worker)
    {
        lock (_gate)
        {
            while (peer.Take() is { } next)
            {
                _queued--;
                if (next.Incoming.IsOver)
                    continue;
                next.Incoming.Pulling++;
                peer.Pulling++;
                return next;
            }
            // What was waited for may have been given up.
            if (!peer.IsBusy)
                _acks.Flush(worker);
            if (--peer.Running == 0)
                _peers.Remove(worker);
            return null;
        }
    }

    private async Task<(string? Failure, string Plane)> Pull(KvPull pull)
    {
        if (pull.Blocks.Length == 0)
            return (null, "");
        if (_planes.Select(pull.Descriptor.Source) is not { } plane)
            return (KvFailure.Unreachable, "");
        try
        {
            return (await plane.Pull(pull), plane.Name);
        }
        catch (Exception e)
        {
            // A bug, or no thread to be had: this pull is lost, and the loop must go on for the others.
            LogPull(_logger, pull.Descriptor.Number, pull.Descriptor.Key, e);
            return (KvFailure.Connection, plane.Name);
        }
    }

    private void Finish(KvPeerQueue peer, KvIncoming incoming, KvPull pull, string? failure, string plane, long started)
    {
        var producer = pull.Descriptor.Source.Worker;
        lock (_gate)
        {
            incoming.Pulling--;
            peer.Pulling--;
            if (failure is null && !incoming.IsOver)
            {
                incoming.Landed(pull);
                incoming.LastProgress = _time.GetUtcNow();
                if (plane.Length > 0)
                {
                    incoming.Plane = plane;
                    KvMetrics.Pulled(plane, pull.Bytes, _time.GetElapsedTime(started));
                }
                _stats = _stats with { Bytes = _stats.Bytes + pull.Bytes };
                _acks.Hold(producer, new KvAck(incoming.Key, pull.Descriptor.Number, null));
                peer.HeldBytes += pull.Bytes;
            }
            // A call for each would cost as much as the bytes: what only moves the window may wait for what comes next.
            if (incoming.IsComplete || !peer.IsBusy || peer.HeldBytes >= _options.MaxHeldBytes)
            {
                peer.HeldBytes = 0;
                _acks.Flush(producer);
            }
        }
        if (failure is null)
            Settle(incoming);
        else
            Fail(incoming, failure);
    }

    private void Touch(KvIncoming incoming)
    {
        lock (_gate)
            incoming.LastProgress = _time.GetUtcNow();
    }

    private void Fail(KvIncoming incoming, string reason)
    {
        lock (_gate)
        {
            if (_expected.GetValueOrDefault(incoming.Key) == incoming && incoming.Fail(reason)
                && incoming.Producer is { } producer)
            {
                _acks.Post(producer.Worker, new KvAck(incoming.Key, incoming.FirstMissing, reason));
            }
        }
        if (incoming.IsOver)
            incoming.Cancel.Cancel();
        Settle(incoming);
    }

    private void Settle(KvIncoming incoming)
    {
        lock (_gate)
        {
            var isEnd = incoming.Pulling == 0 && (incoming.IsOver || incoming.IsComplete);
            if (!isEnd || _expected.GetValueOrDefault(incoming.Key) != incoming)
                return;
            _expected.Remove(incoming.Key);
            if (incoming.IsForgotten)
            {
                incoming.Quiet.SetResult();
                return;
            }
            Count(incoming);
        }
        if (incoming.Failure is { } reason)
            _events.Failed(incoming.Key, reason);
        else
            _events.Landed(incoming.Key, incoming.FirstToken, incoming.Bytes, incoming.Plane);
        incoming.Quiet.SetResult();
    }

    private void Count(KvIncoming incoming)
    {
        if (incoming.Failure is { } reason)
        {
            _stats = _stats with { Failed = _stats.Failed + 1 };
            KvMetrics.PullFailed(reason);
            LogFailed(_logger, incoming.Key, incoming.Producer?.Worker.Name, reason);
        }
        else
        {
            _stats = _stats with { Landed = _stats.Landed + 1 };
            _landed.Add(incoming.Key, incoming.Producer!.Worker);
            KvMetrics.Exposed(incoming.Exposed(_time.GetUtcNow()));
        }
        if (incoming.Producer is not null)
            KvTrace.Ended(incoming, _time.GetUtcNow());
    }
}
