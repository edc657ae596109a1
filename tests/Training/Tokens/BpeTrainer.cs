using System.Text;

namespace Baton.Training.Tokens;

/// <summary>
/// Learns byte-pair merges. Pairs are counted over unique words and updated only where a merge happened, so that a
/// few thousand merges take seconds.
/// </summary>
public sealed class BpeTrainer
{
    private readonly List<(List<int> Symbols, long Count)> _words = [];
    private readonly Dictionary<(int Left, int Right), long> _counts = [];
    private readonly Dictionary<(int Left, int Right), HashSet<int>> _places = [];
    private readonly PriorityQueue<(int Left, int Right), (long NegativeCount, int Left, int Right)> _queue = new();

    private BpeTrainer(IReadOnlyDictionary<string, long> words)
    {
        foreach (var (word, count) in words.OrderBy(w => w.Key, StringComparer.Ordinal))
        {
            _words.Add((Encoding.UTF8.GetBytes(word).Select(b => (int)b).ToList(), count));
        }

        for (var w = 0; w < _words.Count; w++)
        {
            AddPairs(w, +1);
        }

        foreach (var pair in _counts.Keys)
        {
            Enqueue(pair);
        }
    }

    /// <summary>
    /// Symbols 0..255 are bytes; merge i makes symbol 256 + i. Returns the merges in order of rank.
    /// </summary>
    public static IReadOnlyList<(int Left, int Right)> Train(IReadOnlyDictionary<string, long> words, int merges)
    {
        var trainer = new BpeTrainer(words);
        var result = new List<(int, int)>(merges);
        while (result.Count < merges && trainer.TryBest(out var best))
        {
            trainer.Merge(best, 256 + result.Count);
            result.Add(best);
        }

        return result;
    }

    private bool TryBest(out (int Left, int Right) best)
    {
        while (_queue.TryDequeue(out best, out var priority))
        {
            // Entries are not updated in place: one with an old count is put back with the new one.
            var count = _counts.GetValueOrDefault(best);
            if (count == -priority.NegativeCount && count > 1)
            {
                return true;
            }

            if (count > 1 && count < -priority.NegativeCount)
            {
                Enqueue(best);
            }
        }

        return false;
    }

    private void Enqueue((int Left, int Right) pair) => _queue.Enqueue(pair, (-_counts[pair], pair.Left, pair.Right));

    private void Merge((int Left, int Right) pair, int merged)
    {
        var touched = new HashSet<(int, int)>();
        foreach (var w in _places[pair].Order().ToArray())
        {
            AddPairs(w, -1);
            Replace(_words[w].Symbols, pair, merged);
            AddPairs(w, +1, touched);
        }

        _counts.Remove(pair);
        _places.Remove(pair);
        foreach (var grown in touched)
        {
            Enqueue(grown);
        }
    }

    private void AddPairs(int word, int sign, HashSet<(int, int)>? touched = null)
    {
        var (symbols, count) = _words[word];
        for (var i = 0; i + 1 < symbols.Count; i++)
        {
            var pair = (symbols[i], symbols[i + 1]);
            _counts[pair] = _counts.GetValueOrDefault(pair) + (sign * count);
            if (sign > 0)
            {
                (_places.TryGetValue(pair, out var places) ? places : _places[pair] = []).Add(word);
                touched?.Add(pair);
            }
        }
    }

    private static void Replace(List<int> symbols, (int Left, int Right) pair, int merged)
    {
        var kept = 0;
        for (var i = 0; i < symbols.Count; i++, kept++)
        {
            var hit = i + 1 < symbols.Count && symbols[i] == pair.Left && symbols[i + 1] == pair.Right;
            symbols[kept] = hit ? merged : symbols[i];
            i += hit ? 1 : 0;
        }

        symbols.RemoveRange(kept, symbols.Count - kept);
    }
}
