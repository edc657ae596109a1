using System.Text;

namespace Baton.Engine.Torch.Tokenization;

/// <summary>How a BPE model treats what its vocabulary lacks.</summary>
/// <param name="Unknown">Token of characters that nothing else covers; null drops them.</param>
/// <param name="FuseUnknown">Whether a run of unknown characters is one token.</param>
/// <param name="Bytes">Tokens of the 256 bytes (-1 where one is missing), or null without byte fallback.</param>
/// <param name="IgnoreMerges">Whether a word that is a token stays whole whatever the merges say.</param>
internal sealed record BytePairOptions(int? Unknown, bool FuseUnknown, int[]? Bytes, bool IgnoreMerges);

/// <summary>Byte-pair encoding of single words. Safe for concurrent use.</summary>
internal sealed class BytePairModel
{
    /// <summary>SentencePiece's word mark; its models are not split into words before they come here.</summary>
    private const char Mark = '\u2581';

    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _vocabulary;
    private readonly MergeTable _merges;
    private readonly BytePairOptions _options;
    private readonly bool _marksSeparate;
    private readonly WordCache _cache = new();

    public BytePairModel(Dictionary<string, int> vocabulary, MergeTable merges, BytePairOptions options)
    {
        _vocabulary = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        _merges = merges;
        _options = options;
        _marksSeparate = !options.IgnoreMerges && vocabulary.ContainsKey(Mark.ToString())
            && !vocabulary.Keys.Any(HasInnerMark);
    }

    /// <summary>Adds the tokens of one piece to <paramref name="output"/>.</summary>
    public void Encode(ReadOnlySpan<char> piece, List<int> output)
    {
        // No token spans a mark that follows something else, so no merge crosses it: cutting there changes nothing
        // and makes short, cacheable words of a long text.
        for (var i = 1; _marksSeparate && i < piece.Length; i++)
        {
            if (piece[i] != Mark || piece[i - 1] == Mark)
                continue;
            EncodeWord(piece[..i], output);
            piece = piece[i..];
            i = 0;
        }

        if (!piece.IsEmpty)
            EncodeWord(piece, output);
    }

    private static bool HasInnerMark(string token)
    {
        var rest = token.AsSpan().TrimStart(Mark);
        return rest.Contains(Mark);
    }

    private void EncodeWord(ReadOnlySpan<char> word, List<int> output)
    {
        if (!_cache.TryGet(word, out var tokens))
        {
            tokens = Merge(word);
            _cache.Add(word, tokens);
        }

        output.AddRange(tokens);
    }

    private int[] Merge(ReadOnlySpan<char> word)
    {
        if (_options.IgnoreMerges && _vocabulary.TryGetValue(word, out var whole))
            return [whole];
        var symbols = Symbols(word);
        _merges.Apply(symbols);
        return [.. symbols];
    }

    private List<int> Symbols(ReadOnlySpan<char> word)
    {
        var symbols = new List<int>(word.Length);
        var inUnknown = false;
        for (var i = 0; i < word.Length;)
        {
            // A lone surrogate has no token and no bytes; it ends up as the bytes of U+FFFD or as the unknown token.
            Rune.DecodeFromUtf16(word[i..], out var rune, out var length);
            var known = _vocabulary.TryGetValue(word.Slice(i, length), out var token);
            i += length;
            if (known)
                symbols.Add(token);
            else if (!TryAddBytes(rune, symbols))
            {
                if (_options.Unknown is { } unknown && !(inUnknown && _options.FuseUnknown))
                    symbols.Add(unknown);
                inUnknown = true;
                continue;
            }

            inUnknown = false;
        }

        return symbols;
    }

    private bool TryAddBytes(Rune rune, List<int> symbols)
    {
        if (_options.Bytes is not { } bytes)
            return false;
        Span<byte> utf8 = stackalloc byte[4];
        utf8 = utf8[..rune.EncodeToUtf8(utf8)];
        foreach (var value in utf8)
        {
            if (bytes[value] < 0)
                return false;
        }

        foreach (var value in utf8)
            symbols.Add(bytes[value]);
        return true;
    }
}
