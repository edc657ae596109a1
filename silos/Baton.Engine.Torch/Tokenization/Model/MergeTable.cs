namespace Baton.Engine.Torch.Tokenization;

/// <summary>What two neighbouring tokens become, and how early that merge was learnt.</summary>
internal readonly record struct Merge(int Rank, int Token);

/// <summary>Joins the symbols of a word in the order of the merges' ranks, leftmost first among equals.</summary>
internal sealed class MergeTable
{
    private readonly Dictionary<long, Merge> _merges;

    public MergeTable(int capacity) => _merges = new Dictionary<long, Merge>(capacity);

    public void Add(int left, int right, Merge merge) => _merges[Key(left, right)] = merge;

    /// <summary>Merges in place and cuts <paramref name="symbols"/> to what is left, in O(n log n).</summary>
    public void Apply(List<int> symbols)
    {
        if (symbols.Count > 1)
            new MergingWord(symbols, this).Run();
    }

    public bool TryGet(int left, int right, out Merge merge) => _merges.TryGetValue(Key(left, right), out merge);

    private static long Key(int left, int right) => (long)left << 32 | (uint)right;
}
