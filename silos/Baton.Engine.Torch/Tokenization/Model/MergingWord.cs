using System.Runtime.InteropServices;

namespace Baton.Engine.Torch.Tokenization;

/// <summary>One word while it is merged: a linked list of symbols and a queue of possible merges.</summary>
/// <remarks>
/// A queue entry is a rank and a position, and counts only while the pair at that position has that rank. It is kept
/// this small because a client can send a word as long as a request may be.
/// </remarks>
internal sealed class MergingWord
{
    private const int None = -1;

    private readonly List<int> _symbols;
    private readonly MergeTable _merges;
    private readonly int[] _next;
    private readonly int[] _previous;
    private readonly int[] _ranks;
    private readonly PriorityQueue<int, long> _queue;

    public MergingWord(List<int> symbols, MergeTable merges)
    {
        (_symbols, _merges) = (symbols, merges);
        var count = symbols.Count;
        (_next, _previous, _ranks) = (new int[count], new int[count], new int[count]);
        var entries = new List<(int Token, long Order)>(count);
        for (var i = 0; i < count; i++)
        {
            (_next[i], _previous[i], _ranks[i]) = (i + 1 < count ? i + 1 : None, i - 1, None);
            if (i + 1 < count && merges.TryGet(symbols[i], symbols[i + 1], out var merge))
            {
                _ranks[i] = merge.Rank;
                entries.Add((merge.Token, Order(merge.Rank, i)));
            }
        }

        _queue = new PriorityQueue<int, long>(entries);
    }

    public void Run()
    {
        while (_queue.TryDequeue(out var token, out var order))
        {
            var position = (int)order;
            if (_ranks[position] == order >> 32)
                Join(position, token);
        }

        var symbols = CollectionsMarshal.AsSpan(_symbols);
        var kept = 0;
        for (var i = 0; i != None; i = _next[i])
            symbols[kept++] = symbols[i];
        CollectionsMarshal.SetCount(_symbols, kept);
    }

    private void Join(int left, int token)
    {
        var right = _next[left];
        var next = _next[right];
        _symbols[left] = token;
        _ranks[right] = None;
        _next[left] = next;
        if (next != None)
            _previous[next] = left;
        Offer(left);
        if (_previous[left] != None)
            Offer(_previous[left]);
    }

    /// <summary>Looks up the pair that begins at <paramref name="left"/>, which has just changed.</summary>
    private void Offer(int left)
    {
        _ranks[left] = None;
        var right = _next[left];
        if (right == None || !_merges.TryGet(_symbols[left], _symbols[right], out var merge))
            return;
        _ranks[left] = merge.Rank;
        _queue.Enqueue(merge.Token, Order(merge.Rank, left));
    }

    private static long Order(int rank, int position) => (long)rank << 32 | (uint)position;
}
