namespace Baton.Silo.Handoff;

/// <summary>
/// What may be read of a producer's pool for one handoff: the blocks of its published, not yet acknowledged descriptors.
/// Readers hold it for one run of bytes at a time, and its blocks are free only when the last has let go.
/// </summary>
internal sealed class KvLease(long id, KvPool pool)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, int[]> _open = [];
    private int _readers;
    private Action? _whenFree;

    public long Id => id;

    public KvPool Pool => pool;

    public void Add(int number, int[] blocks)
    {
        lock (_gate)
            _open.Add(number, blocks);
    }

    public void Remove(int number)
    {
        lock (_gate)
            _open.Remove(number);
    }

    /// <summary>The blocks of a descriptor; null when it is not, or no longer, to be read.</summary>
    public int[]? Blocks(int number)
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
        lock (_gate)
        {
            _whenFree = whenFree;
            if (_readers > 0)
                return;
        }
        whenFree();
    }
}
