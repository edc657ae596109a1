using System.Buffers;
using System.Text;

namespace Baton.Engine.Torch.Tokenization;

/// <summary>Rewrites every piece into the byte-level alphabet, after GPT-2's own split if the file wants it.</summary>
internal sealed class ByteLevelPreTokenizer(bool addPrefixSpace, bool useRegex) : IPreTokenizer
{
    private static readonly SplitPreTokenizer Gpt2 = new(
        SplitPattern.Of(
            @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"),
        SplitBehavior.Isolated,
        invert: false);

    public void Split(List<Piece> input, bool atStart, List<Piece> output)
    {
        var pieces = input;
        if (addPrefixSpace)
            pieces = pieces.ConvertAll(WithSpace);
        if (useRegex)
        {
            var words = new List<Piece>(pieces.Count);
            Gpt2.Split(pieces, atStart, words);
            pieces = words;
        }

        Map(pieces, output);
    }

    private static Piece WithSpace(Piece piece) => piece.Length == 0 || piece.Text[0] == ' '
        ? piece
        : new Piece(string.Concat(" ", piece.Text), 0, piece.Length + 1);

    /// <summary>Writes all pieces into one new text, so that a piece costs no allocation of its own.</summary>
    private static void Map(List<Piece> pieces, List<Piece> output)
    {
        var first = output.Count;
        var mapped = new StringBuilder(pieces.Sum(piece => piece.Length) + 16);
        foreach (var piece in pieces)
        {
            var start = mapped.Length;
            Map(piece.Text, mapped);
            output.Add(new Piece("", start, mapped.Length - start));
        }

        var text = mapped.ToString();
        for (var i = first; i < output.Count; i++)
            output[i] = output[i] with { Source = text };
    }

    private static void Map(ReadOnlySpan<char> text, StringBuilder output)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        var count = Encoding.UTF8.GetBytes(text, buffer);
        foreach (var value in buffer.AsSpan(0, count))
            output.Append(ByteLevelAlphabet.Character(value));
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
