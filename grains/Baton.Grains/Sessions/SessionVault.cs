using Baton.Contracts.Sessions;

namespace Baton.Grains.Sessions;

/// <summary>
/// Copies of the sessions of other gateways, for which this one is the standby. A copy is forgotten when its owner says
/// so or, its owner being dead, when nobody has asked for it during the retention. Safe for concurrent use.
/// </summary>
public sealed class SessionVault(SessionPacker packer, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Kept> _kept = new(StringComparer.Ordinal);

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _kept.Count;
            }
        }
    }

    /// <summary>Takes what is new.</summary>
    /// <returns>False when something before it is missing: the copy is to be sent whole.</returns>
    public bool Keep(SessionCopy copy)
    {
        lock (_gate)
        {
            if (!_kept.TryGetValue(copy.RequestId, out var kept) || kept.FirstEpoch < copy.FirstEpoch)
            {
                if (copy.Request is null || copy.From != 0)
                {
                    return false;
                }

                _kept[copy.RequestId] = kept = new Kept(copy.Owner, copy.FirstEpoch, copy.Request, packer);
            }

            // Of an owner that has a successor, nothing is news any more.
            return kept.FirstEpoch > copy.FirstEpoch || kept.TryJoin(copy, time.GetUtcNow());
        }
    }

    public void Forget(IEnumerable<string> requestIds)
    {
        lock (_gate)
        {
            foreach (var id in requestIds)
            {
                _kept.Remove(id);
            }
        }
    }

    /// <summary>The owner of a copy; null when there is none.</summary>
    public string? OwnerOf(string requestId)
    {
        lock (_gate)
        {
            return _kept.GetValueOrDefault(requestId)?.Owner;
        }
    }

    /// <summary>Gives a copy up: it is the taker's from now on.</summary>
    public SessionCopy? Take(string requestId)
    {
        lock (_gate)
        {
            return _kept.Remove(requestId, out var kept) ? kept.Copy(requestId) : null;
        }
    }

    /// <summary>The sessions of an owner that were running when it last told of them.</summary>
    public IReadOnlyList<string> RunningOf(string owner)
    {
        lock (_gate)
        {
            return [.. _kept.Where(k => k.Value.Owner == owner && !k.Value.IsComplete).Select(k => k.Key)];
        }
    }

    /// <summary>Drops the copies that nobody has asked for.</summary>
    public void Sweep(TimeSpan retention, Func<string, bool> isDead)
    {
        var before = time.GetUtcNow() - retention;
        lock (_gate)
        {
            foreach (var (id, _) in _kept.Where(k => k.Value.NewsAt < before && isDead(k.Value.Owner)).ToList())
            {
                _kept.Remove(id);
            }
        }
    }

    private sealed class Kept(string owner, int firstEpoch, GenerationRequest asked, SessionPacker packer)
    {
        private GenerationRequest? _request = asked;
        private List<SessionEvent> _entries = [];
        private byte[]? _packed;

        public string Owner => owner;

        public int FirstEpoch => firstEpoch;

        public bool IsComplete => _packed is not null;

        public DateTimeOffset NewsAt { get; private set; }

        public bool TryJoin(SessionCopy copy, DateTimeOffset now)
        {
            NewsAt = now;
            if (IsComplete)
            {
                return true;
            }

            var known = _entries.Count - copy.From;
            if (known < 0)
            {
                return false;
            }

            _entries.AddRange(copy.Entries.Skip(known));
            if (copy.IsComplete)
            {
                _packed = packer.Pack(new KeptSession(_request!, new CompactEvents(_entries)));
                (_request, _entries) = (null, []);
            }

            return true;
        }

        public SessionCopy Copy(string requestId)
        {
            var opened = _packed is { } packed ? packer.Unpack(packed) : null;
            return new SessionCopy
            {
                RequestId = requestId,
                Owner = owner,
                FirstEpoch = firstEpoch,
                Request = opened?.Request ?? _request,
                From = 0,
                Entries = [.. (IEnumerable<SessionEvent>?)opened?.Log ?? _entries],
                IsComplete = IsComplete,
            };
        }
    }
}
