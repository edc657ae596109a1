namespace Baton.Engine.Torch.Tokenization;

/// <summary>A stretch of a text; slices share the text, so that splitting allocates nothing per word.</summary>
internal readonly record struct Piece(string Source, int Start, int Length)
{
    public ReadOnlySpan<char> Text => Source.AsSpan(Start, Length);

    public Piece Slice(int start, int length) => new(Source, Start + start, length);
}

/// <summary>Splits pieces into smaller ones, or rewrites them. Stateless.</summary>
internal interface IPreTokenizer
{
    /// <summary>Adds the pieces that <paramref name="input"/> becomes to <paramref name="output"/>.</summary>
    /// <param name="input">Pieces of one stretch of text between added tokens.</param>
    /// <param name="atStart">Whether that stretch begins the whole text.</param>
    /// <param name="output">Receives the pieces in order.</param>
    void Split(List<Piece> input, bool atStart, List<Piece> output);
}
