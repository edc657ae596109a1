namespace Baton.Core.Caching;

/// <summary>
/// The blocks that nobody holds: a doubly linked list inside two arrays, so that any block leaves it in constant time
/// and nothing is allocated. The head is handed out next.
/// </summary>
internal sealed class BlockList
{
    private const int Absent = -1;

    private readonly int[] _next;
    private readonly int[] _previous;
    private readonly int _end;

    public BlockList(int blocks)
    {
        // The last slot is a sentinel: its next is the head and its previous the tail.
        _end = blocks;
        _next = new int[blocks + 1];
        _previous = new int[blocks + 1];
        Array.Fill(_next, Absent);
        _next[_end] = _previous[_end] = _end;
        for (int block = 0; block < blocks; block++)
            AddLast(block);
    }

    /// <summary>The block to hand out next. The list must not be empty.</summary>
    public int First => _next[_end];

    public bool Contains(int block) => block != _end && _next[block] != Absent;

    public void AddFirst(int block) => Insert(block, _end, _next[_end]);

    public void AddLast(int block) => Insert(block, _previous[_end], _end);

    public void Remove(int block)
    {
        _next[_previous[block]] = _next[block];
        _previous[_next[block]] = _previous[block];
        _next[block] = Absent;
    }

    private void Insert(int block, int before, int after)
    {
        _previous[block] = before;
        _next[block] = after;
        _next[before] = block;
        _previous[after] = block;
    }
}
