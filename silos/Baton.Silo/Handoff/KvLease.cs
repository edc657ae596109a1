using Baton.Silo.Memory;

namespace Baton.Silo.Handoff;

/// <summary>
/// What may be read of a producer's pool for one handoff: the blocks of its published, not yet acknowledged descriptors.
/// Readers hold it for one run of bytes at a time, and its blocks are free only when the last has let go.
/// </summary>
internal sealed class KvLease(long id, KvPool pool)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, KvSpan> _open = [];
    private readonly KvLeaseWords? _words = (pool.Memory as SharedKvMemory)?.LeaseWords;
    private int _readers;
    private Action? _whenFree;

    /// <summary>Never 0.</summary>
    public long Id => id;

    public KvPool Pool => pool;

    /// <summary>Where those who map the pool see whether it holds; below 0 when nobody can.</summary>
    public int Word { get; private set; } = -1;

    /// <summary>Shows it to those who map the pool; false when there is no room for it.</summary>
    public bool Show()
    {
        Word = _words?.Take(id) ?? -1;
        return _words is null || Word >= 0;
    }

    public void Add(int number, KvSpan span)
    {
        lock (_gate)
            _open.Add(number, span);
    }

    public void Remove(int number)
    {
        lock (_gate)
            _open.Remove(number);
    }

    /// <summary>What a descriptor covers; null when it is not, or no longer, to be read.</summary>
    public KvSpan? Span(int number)
    {
        lock (_gate)
            return _whenFree is null ? _open.GetValueOrDefault(number) : null;
    }

    /// <summary>Holds the blocks of a descriptor until <see cref="Exit"/>; false when they are not to be read.</summary>
    public bool Enter(int number)
    {
        lock (_gate)
        {
            if (_whenFree is not null || !_open.ContainsKey(number))
                return false;
            _readers++;
            return true;
        }
    }

    public void Exit()
    {
        Action? free = null;
        lock (_gate)
        {
            if (--_readers == 0)
                free = _whenFree;
        }
        free?.Invoke();
    }

    /// <summary>Lets nobody in any more and says when nobody is in. Called once.</summary>
    public void End(Action whenFree)
    {
        // Before anything can be reused, for who copies out of the mapped pool is not counted as a reader.
        if (Word >= 0)
            _words!.Clear(Word);
        lock (_gate)
        {
            _whenFree = whenFree;
            if (_readers > 0)
                return;
        }
        whenFree();
    }
}
