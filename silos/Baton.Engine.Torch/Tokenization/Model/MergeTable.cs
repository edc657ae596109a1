namespace Baton.Engine.Torch.Tokenization;

/// <summary>What two neighbouring tokens become, and how early that merge was learnt.</summary>
internal readonly record struct Merge(int Rank, int Token);

/// <summary>Joins the symbols of a word in the order of the merges' ranks, leftmost first among equals.</summary>
internal sealed class MergeTable
{
    private readonly Dictionary<long, Merge> _merges;

    public MergeTable(int capacity) => _merges = new Dictionary<long, Merge>(capacity);

    public void Add(int left, int right, Merge merge) => _merges[Key(left, right)] = merge;

    /// <summary>Merges in place and cuts <paramref name="symbols"/> to what is left: O(n log n), for words of any length.</summary>
    public void Apply(List<int> symbols)
    {
        if (symbols.Count < 2)
            return;
        var word = new LinkedWord(symbols);
        var queue = new PriorityQueue<Candidate, long>(symbols.Count);
        for (var i = 0; i + 1 < symbols.Count; i++)
            Offer(symbols, i, i + 1, queue);
        while (queue.TryDequeue(out var candidate, out _))
        {
            var (left, right) = (candidate.Position, word.Next(candidate.Position));
            if (right < 0 || symbols[left] != candidate.Left || symbols[right] != candidate.Right)
                continue;
            symbols[left] = candidate.Token;
            symbols[right] = LinkedWord.Gone;
            word.Unlink(right);
            if (word.Previous(left) is >= 0 and var previous)
                Offer(symbols, previous, left, queue);
            if (word.Next(left) is >= 0 and var next)
                Offer(symbols, left, next, queue);
        }

        symbols.RemoveAll(symbol => symbol == LinkedWord.Gone);
    }

    private void Offer(List<int> symbols, int left, int right, PriorityQueue<Candidate, long> queue)
    {
        if (_merges.TryGetValue(Key(symbols[left], symbols[right]), out var merge))
        {
            queue.Enqueue(
                new Candidate(left, symbols[left], symbols[right], merge.Token),
                (long)merge.Rank << 32 | (uint)left);
        }
    }

    private static long Key(int left, int right) => (long)left << 32 | (uint)right;

    /// <summary>Both tokens as they were when the merge was offered: it is stale if either has changed.</summary>
    private readonly record struct Candidate(int Position, int Left, int Right, int Token);

    private readonly struct LinkedWord
    {
        public const int Gone = -1;

        private readonly int[] _next;
        private readonly int[] _previous;

        public LinkedWord(List<int> symbols)
        {
            (_next, _previous) = (new int[symbols.Count], new int[symbols.Count]);
            for (var i = 0; i < symbols.Count; i++)
                (_next[i], _previous[i]) = (i + 1 < symbols.Count ? i + 1 : -1, i - 1);
        }

        public int Next(int position) => _next[position];

        public int Previous(int position) => _previous[position];

        public void Unlink(int position)
        {
            var (previous, next) = (_previous[position], _next[position]);
            _next[previous] = next;
            if (next >= 0)
                _previous[next] = previous;
        }
    }
}
