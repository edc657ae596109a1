namespace Baton.Core.Caching;

/// <summary>
/// Which blocks have one content: rings inside two arrays, so that any block leaves its ring in constant time and nothing
/// is allocated. A block of its own is a ring of one.
/// </summary>
internal sealed class BlockCopies
{
    private readonly int[] _next;
    private readonly int[] _previous;

    public BlockCopies(int blocks)
    {
        _next = [.. Enumerable.Range(0, blocks)];
        _previous = [.. Enumerable.Range(0, blocks)];
    }

    /// <summary>Another block of this content; the block itself where there is none.</summary>
    public int Next(int block) => _next[block];

    public void Join(int block, int other)
    {
        int next = _next[other];
        (_next[other], _previous[block]) = (block, other);
        (_next[block], _previous[next]) = (next, block);
    }

    public void Leave(int block)
    {
        (int previous, int next) = (_previous[block], _next[block]);
        (_next[previous], _previous[next]) = (next, previous);
        _next[block] = _previous[block] = block;
    }
}
