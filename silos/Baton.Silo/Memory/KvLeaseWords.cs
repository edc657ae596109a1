namespace Baton.Silo.Memory;

/// <summary>
/// The head of a shared segment: a word for each open lease of its pool, which holds the lease's id. Whoever maps the
/// pool looks at the word before and after copying: if the lease was there both times, nothing that it covers was reused
/// in between. A sequence lock (Lameter, "Effective synchronization on Linux/NUMA systems", 2005) whose writer waits for
/// no reader, so a consumer that hangs holds no blocks.
/// </summary>
internal sealed unsafe class KvLeaseWords
{
    /// <summary>Most leases of a pool at a time.</summary>
    public const int Count = 4096;

    public const int Bytes = Count * sizeof(long);

    private readonly Lock _gate = new();
    private readonly long* _words;
    private readonly Stack<int> _free;

    public KvLeaseWords(nint segment)
    {
        _words = (long*)segment;
        _free = new Stack<int>(Enumerable.Range(0, Count).Reverse());
    }

    /// <summary>Whether a lease held when this was called; what was read before came before.</summary>
    /// <param name="segment">The segment's start, mapped here.</param>
    /// <param name="word">Of a message: may be anything.</param>
    /// <param name="lease">The lease's id.</param>
    public static bool Holds(nint segment, int word, long lease)
    {
        Interlocked.MemoryBarrier();
        return word is >= 0 and < Count && Volatile.Read(ref ((long*)segment)[word]) == lease;
    }

    /// <summary>Puts a lease where others see it; below 0 when there are <see cref="Count"/> already.</summary>
    public int Take(long lease)
    {
        lock (_gate)
        {
            if (!_free.TryPop(out var word))
                return -1;
            Interlocked.Exchange(ref _words[word], lease);
            return word;
        }
    }

    /// <summary>Takes it away; what is written to the pool from now on, is seen after that.</summary>
    public void Clear(int word)
    {
        lock (_gate)
        {
            Interlocked.Exchange(ref _words[word], 0);
            _free.Push(word);
        }
    }
}
