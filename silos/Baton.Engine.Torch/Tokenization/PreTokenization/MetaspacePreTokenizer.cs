namespace Baton.Engine.Torch.Tokenization;

/// <summary>When a text gets a leading word mark.</summary>
internal enum PrependScheme
{
    Always,
    First,
    Never,
}

/// <summary>SentencePiece's word marks: a space becomes <paramref name="mark"/>, which begins a word.</summary>
internal sealed class MetaspacePreTokenizer(char mark, PrependScheme scheme, bool split) : IPreTokenizer
{
    public void Split(List<Piece> input, bool atStart, List<Piece> output)
    {
        for (var i = 0; i < input.Count; i++)
        {
            var text = input[i].Text.ToString().Replace(' ', mark);
            var wanted = scheme == PrependScheme.Always || scheme == PrependScheme.First && atStart && i == 0;
            if (wanted && text.Length > 0 && text[0] != mark)
                text = mark + text;
            SplitBeforeMarks(new Piece(text, 0, text.Length), output);
        }
    }

    private void SplitBeforeMarks(Piece piece, List<Piece> output)
    {
        var start = 0;
        for (var i = 1; split && i < piece.Length; i++)
        {
            if (piece.Text[i] != mark)
                continue;
            output.Add(piece.Slice(start, i - start));
            start = i;
        }

        if (start < piece.Length)
            output.Add(piece.Slice(start, piece.Length - start));
    }
}
