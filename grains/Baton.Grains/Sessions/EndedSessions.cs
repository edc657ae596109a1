using Microsoft.Extensions.Options;

namespace Baton.Grains.Sessions;

/// <summary>
/// Bounds what the logs of ended sessions take: beyond it the oldest go before their retention is over, their copies at
/// standbys with them. Safe for concurrent use.
/// </summary>
public sealed class EndedSessions(IOptions<SessionOptions> options)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<(SessionRun Run, long Bytes, Action Drop)> _oldestFirst = [];
    private readonly Dictionary<SessionRun, LinkedListNode<(SessionRun Run, long Bytes, Action Drop)>> _kept = [];
    private long _bytes;

    /// <summary>Keeps a session that has ended.</summary>
    /// <param name="run">The session.</param>
    /// <param name="drop">Has it forgotten; called once at most, when there is no room for it any more.</param>
    public void Keep(SessionRun run, Action drop)
    {
        var dropped = new List<Action>();
        lock (_gate)
        {
            var bytes = run.KeptBytes;
            _kept.Add(run, _oldestFirst.AddLast((run, bytes, drop)));
            _bytes += bytes;
            // Never the latest: its client may not have read it.
            while (_bytes > options.Value.MaxKeptBytes && _oldestFirst is { Count: > 1, First: { } oldest })
            {
                Remove(oldest.Value.Run);
                dropped.Add(oldest.Value.Drop);
            }
        }

        dropped.ForEach(d => d());
    }

    /// <summary>The session is kept no longer.</summary>
    public void Forget(SessionRun run)
    {
        lock (_gate)
        {
            Remove(run);
        }
    }

    private void Remove(SessionRun run)
    {
        if (_kept.Remove(run, out var node))
        {
            _oldestFirst.Remove(node);
            _bytes -= node.Value.Bytes;
        }
    }
}
