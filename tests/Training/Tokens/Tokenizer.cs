using System.Text;
using System.Text.RegularExpressions;

namespace Baton.Training.Tokens;

/// <summary>The byte-level BPE of the model: special tokens, then the bytes, then one token a merge.</summary>
public sealed partial class Tokenizer
{
    /// <summary>How text is cut into words before merging; digits stand alone.</summary>
    public const string WordPattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|" +
        @" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private readonly Dictionary<(int, int), int> _ranks = [];
    private readonly Dictionary<string, int[]> _cache = new(StringComparer.Ordinal);
    private readonly List<byte[]> _bytes = [];

    /// <param name="merges">Pairs of symbols as <see cref="BpeTrainer"/> numbers them.</param>
    public Tokenizer(IReadOnlyList<(int Left, int Right)> merges)
    {
        Merges = merges;
        for (var b = 0; b < 256; b++)
        {
            _bytes.Add([(byte)b]);
        }

        for (var i = 0; i < merges.Count; i++)
        {
            _ranks[merges[i]] = i;
            _bytes.Add([.. _bytes[merges[i].Left], .. _bytes[merges[i].Right]]);
        }
    }

    public IReadOnlyList<(int Left, int Right)> Merges { get; }

    public int VocabularySize => FirstByte + _bytes.Count;

    private static int FirstByte => SpecialTokens.All.Count;

    public static IEnumerable<string> Words(string text) => WordRegex().Matches(text).Select(m => m.Value);

    /// <summary>The bytes a symbol stands for (a symbol is a token id less the special tokens).</summary>
    public ReadOnlySpan<byte> SymbolBytes(int symbol) => _bytes[symbol];

    public void Encode(string text, List<int> ids)
    {
        foreach (var match in WordRegex().EnumerateMatches(text))
        {
            var word = text.Substring(match.Index, match.Length);
            if (!_cache.TryGetValue(word, out var known))
            {
                _cache[word] = known = EncodeWord(word);
            }

            ids.AddRange(known);
        }
    }

    public string Decode(IEnumerable<int> ids)
    {
        var bytes = new List<byte>();
        foreach (var id in ids)
        {
            bytes.AddRange(id < FirstByte ? Encoding.UTF8.GetBytes(SpecialTokens.All[id]) : _bytes[id - FirstByte]);
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private int[] EncodeWord(string word)
    {
        var symbols = Encoding.UTF8.GetBytes(word).Select(b => (int)b).ToList();
        while (Best(symbols) is { } at)
        {
            symbols[at.Index] = 256 + at.Rank;
            symbols.RemoveAt(at.Index + 1);
        }

        return symbols.Select(s => s + FirstByte).ToArray();
    }

    private (int Index, int Rank)? Best(List<int> symbols)
    {
        (int Index, int Rank)? best = null;
        for (var i = 0; i + 1 < symbols.Count; i++)
        {
            if (_ranks.TryGetValue((symbols[i], symbols[i + 1]), out var rank) && !(best?.Rank <= rank))
            {
                best = (i, rank);
            }
        }

        return best;
    }

    [GeneratedRegex(WordPattern)]
    private static partial Regex WordRegex();
}
