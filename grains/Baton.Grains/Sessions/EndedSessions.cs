using Microsoft.Extensions.Options;

namespace Baton.Grains.Sessions;

/// <summary>
/// The sessions of this gateway that have ended, for the time that they are kept: without an activation each, and bounded
/// in bytes, beyond which the oldest go before their time. Safe for concurrent use.
/// </summary>
public sealed class EndedSessions(
    SessionPacker packer, SessionCopies copies, IOptions<SessionOptions> options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<(EndedSession Session, DateTimeOffset EndedAt)> _oldestFirst = [];
    private readonly Dictionary<string, LinkedListNode<(EndedSession Session, DateTimeOffset EndedAt)>> _kept =
        new(StringComparer.Ordinal);

    private long _bytes;

    /// <summary>Sessions that are kept.</summary>
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

    /// <summary>Keeps a session that has ended, once its standby has all of it: then the run itself is not needed any more.</summary>
    public async Task Keep(SessionRun run)
    {
        await copies.WhenWhole(run);
        var session = new EndedSession(run, packer);
        List<string> dropped;
        lock (_gate)
        {
            Remove(session.Id);
            _kept.Add(session.Id, _oldestFirst.AddLast((session, time.GetUtcNow())));
            _bytes += session.Bytes;
            // Never the latest: its client may not have read it.
            dropped = DropWhile(_ => _bytes > options.Value.MaxKeptBytes && _kept.Count > 1);
        }

        copies.Replace(run, session);
        copies.Forget(dropped);
    }

    /// <summary>A session that is kept, or null.</summary>
    public EndedSession? Find(string id)
    {
        lock (_gate)
        {
            return _kept.GetValueOrDefault(id)?.Value.Session;
        }
    }

    /// <summary>Keeps no longer what has been kept for its time, nor its copies.</summary>
    public void Sweep()
    {
        var before = time.GetUtcNow() - options.Value.Retention;
        List<string> dropped;
        lock (_gate)
        {
            dropped = DropWhile(oldest => oldest < before);
        }

        copies.Forget(dropped);
    }

    private List<string> DropWhile(Func<DateTimeOffset, bool> condition)
    {
        var dropped = new List<string>();
        while (_oldestFirst.First is { } oldest && condition(oldest.Value.EndedAt))
        {
            dropped.Add(oldest.Value.Session.Id);
            Remove(oldest.Value.Session.Id);
        }

        return dropped;
    }

    private void Remove(string id)
    {
        if (_kept.Remove(id, out var node))
        {
            _oldestFirst.Remove(node);
            _bytes -= node.Value.Session.Bytes;
        }
    }
}
