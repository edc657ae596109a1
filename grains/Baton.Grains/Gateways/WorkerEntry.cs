using Baton.Contracts;
using Baton.Contracts.Workers;
using Baton.Core.Routing;

namespace Baton.Grains.Gateways;

/// <summary>One worker in the <see cref="ClusterView"/>.</summary>
internal sealed class WorkerEntry(WorkerStatus first, DateTimeOffset now)
{
    private readonly Lock _gate = new();
    private readonly SentSince _sent = new();
    private WorkerStatus _status = first;
    private DateTimeOffset _heard = now;
    private bool _dead;

    /// <summary>Takes a report; true if routing may decide differently now.</summary>
    public bool Accept(WorkerStatus status, DateTimeOffset now)
    {
        lock (_gate)
        {
            var older = status.Id.Incarnation < _status.Id.Incarnation;
            var late = status.Id == _status.Id && (_dead || status.Sequence <= _status.Sequence);
            if (older || late)
            {
                return false;
            }

            var changed = _status.State != status.State || _status.Id != status.Id
                || now - _heard > ClusterView.SilentAfter;
            if (status.Id != _status.Id)
            {
                _sent.Restart();
            }

            _dead = false;
            _status = status;
            _heard = now;
            _sent.Reported(status.Sequence);
            return changed;
        }
    }

    public WorkerId? Kill(string silo, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_dead || _status.Silo != silo)
            {
                return null;
            }

            _dead = true;
            _heard = now;
            return _status.Id;
        }
    }

    /// <summary>The worker, if it is silent.</summary>
    public WorkerId? IfSilent(DateTimeOffset now)
    {
        lock (_gate)
        {
            return !_dead && now - _heard > ClusterView.SilentAfter ? _status.Id : null;
        }
    }

    public void Sent(int tokens)
    {
        lock (_gate)
        {
            _sent.Add(_status.Sequence, tokens);
        }
    }

    public void Hold(int tokens)
    {
        lock (_gate)
        {
            _sent.Hold(tokens);
        }
    }

    public void Free(int tokens)
    {
        lock (_gate)
        {
            _sent.Free(tokens);
        }
    }

    public bool IsForgotten(DateTimeOffset now)
    {
        lock (_gate)
        {
            return _dead && now - _heard > ClusterView.DeadKept;
        }
    }

    public bool MayLive(long incarnation)
    {
        lock (_gate)
        {
            return !_dead && _status.Id.Incarnation == incarnation;
        }
    }

    public bool IsDraining(long incarnation)
    {
        lock (_gate)
        {
            return !_dead && _status.Id.Incarnation == incarnation && _status.State == WorkerState.Draining;
        }
    }

    public bool IsReady(WorkerRole role, DateTimeOffset now)
    {
        lock (_gate)
        {
            return _status.Role == role && Unavailable(now) is null;
        }
    }

    public WorkerStatus Status(DateTimeOffset now)
    {
        lock (_gate)
        {
            return _dead ? _status with { State = WorkerState.Dead } : _status;
        }
    }

    public WorkerSnapshot Snapshot(DateTimeOffset now)
    {
        lock (_gate)
        {
            return new WorkerSnapshot
            {
                Name = _status.Id.Name,
                Incarnation = _status.Id.Incarnation,
                IsPrefill = _status.Role == WorkerRole.Prefill,
                Silo = _status.Silo,
                Host = _status.Host,
                Model = _status.Model,
                Fingerprint = _status.Fingerprint,
                BlockTokens = _status.BlockTokens,
                MaxSequences = _status.MaxSequences,
                StepTokens = _status.StepTokens,
                Profile = _status.Profile,
                Load = _status.Load,
                Unavailable = Unavailable(now),
                PendingTokens = _sent.Tokens,
                PendingSequences = _sent.Sequences,
            };
        }
    }

    /// <summary>As admission sees it; null when it takes nothing.</summary>
    public AdmissionWorker? ForAdmission(DateTimeOffset now)
    {
        lock (_gate)
        {
            return Unavailable(now) is not null ? null : new AdmissionWorker(
                _status.Role == WorkerRole.Prefill,
                _status.Profile,
                (long)_status.Load.BlocksTotal * _status.BlockTokens,
                _status.StepTokens,
                _status.Load,
                _sent.Tokens);
        }
    }

    private string? Unavailable(DateTimeOffset now) =>
        _dead || _status.State == WorkerState.Dead ? "dead"
        : _status.State == WorkerState.Draining ? "draining"
        : _status.State == WorkerState.Starting ? "starting"
        : now - _heard > ClusterView.SilentAfter ? "silent"
        : null;
}
