namespace Baton.Engine.Torch.Tokenization;

/// <summary>What becomes of the matches of a split pattern.</summary>
internal enum SplitBehavior
{
    Isolated,
    Removed,
    MergedWithPrevious,
    MergedWithNext,
    Contiguous,
}

/// <summary>Splits at the matches of a pattern; <paramref name="invert"/> swaps matches and the rest.</summary>
internal sealed class SplitPreTokenizer(SplitPattern pattern, SplitBehavior behavior, bool invert) : IPreTokenizer
{
    public void Split(List<Piece> input, bool atStart, List<Piece> output)
    {
        var matches = new List<(int Start, int Length)>();
        foreach (var piece in input)
        {
            matches.Clear();
            pattern.Matches(piece.Text, matches);
            Split(piece, matches, output);
        }
    }

    private void Split(Piece piece, List<(int Start, int Length)> matches, List<Piece> output)
    {
        var parts = new Joiner(piece, behavior, output);
        var end = 0;
        foreach (var (start, length) in matches)
        {
            if (start > end)
                parts.Add(end, start - end, invert);
            parts.Add(start, length, !invert);
            end = start + length;
        }

        if (end < piece.Length)
            parts.Add(end, piece.Length - end, invert);
        parts.Finish();
    }

    /// <summary>Joins neighbouring parts as the behaviour says; one part is held until the next is known.</summary>
    private struct Joiner(Piece piece, SplitBehavior behavior, List<Piece> output)
    {
        private int _start;
        private int _length;
        private bool _heldIsMatch;

        public void Add(int start, int length, bool isMatch)
        {
            if (behavior == SplitBehavior.Removed && isMatch)
                return;
            if (_length > 0 && Joins(isMatch))
            {
                _length += length;
            }
            else
            {
                Finish();
                (_start, _length) = (start, length);
            }

            _heldIsMatch = isMatch;
        }

        public void Finish()
        {
            if (_length > 0)
                output.Add(piece.Slice(_start, _length));
            _length = 0;
        }

        private readonly bool Joins(bool isMatch) => behavior switch
        {
            SplitBehavior.MergedWithPrevious => isMatch && !_heldIsMatch,
            SplitBehavior.MergedWithNext => !isMatch && _heldIsMatch,
            SplitBehavior.Contiguous => isMatch == _heldIsMatch,
            _ => false,
        };
    }
}
