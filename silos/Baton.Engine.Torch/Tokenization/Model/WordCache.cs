using System.Collections.Concurrent;

namespace Baton.Engine.Torch.Tokenization;

/// <summary>Remembers the tokens of short words. Safe for concurrent use.</summary>
/// <remarks>When full it starts anew: a flood of rare words costs the others one refill, no memory.</remarks>
internal sealed class WordCache
{
    private const int MaxWords = 1 << 16;
    private const int MaxWordLength = 48;

    private Generation _current = new();

    public bool TryGet(ReadOnlySpan<char> word, out int[] tokens)
    {
        tokens = [];
        return word.Length <= MaxWordLength && _current.Lookup.TryGetValue(word, out tokens!);
    }

    public void Add(ReadOnlySpan<char> word, int[] tokens)
    {
        if (word.Length > MaxWordLength)
            return;
        var generation = _current;
        if (Interlocked.Increment(ref generation.Count) > MaxWords)
            Interlocked.CompareExchange(ref _current, new Generation(), generation);
        else
            generation.Lookup.TryAdd(word, tokens);
    }

    private sealed class Generation
    {
        public int Count;

        public Generation() => Lookup =
            new ConcurrentDictionary<string, int[]>().GetAlternateLookup<ReadOnlySpan<char>>();

        public ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> Lookup { get; }
    }
}
