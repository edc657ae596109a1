namespace Baton.Core.Routing;

/// <summary>How long sequences have decoded of late, and from that, who of those that decode now still will.</summary>
internal sealed class DecodeTimes(double firstGuess)
{
    private const int Kept = 256;

    private readonly Queue<double> _latest = new(Kept);
    private readonly List<double> _sorted = new(Kept);

    public double Mean => _sorted.Count == 0 ? firstGuess : _sorted.Average();

    public void Add(double seconds)
    {
        if (_latest.Count == Kept)
            _sorted.RemoveAt(_sorted.BinarySearch(_latest.Dequeue()));
        _latest.Enqueue(seconds);
        int at = _sorted.BinarySearch(seconds);
        _sorted.Insert(at < 0 ? ~at : at, seconds);
    }

    /// <summary>Probability that a sequence which has decoded for so long will do so for that much longer.</summary>
    /// <param name="age">Seconds since it began.</param>
    /// <param name="more">Seconds from now.</param>
    public double Stays(double age, double more)
    {
        // Before enough have ended, as if they ended at random. The first that end are the shortest, so they are not asked.
        if (_sorted.Count < Kept / 8)
            return Math.Exp(-more / Math.Max(Math.Max(1e-3, firstGuess), age));

        // A half more of each, so that one older than all that are known is thought to stay.
        return (Longer(age + more) + 0.5) / (Longer(age) + 0.5);
    }

    private int Longer(double seconds)
    {
        int at = _sorted.BinarySearch(seconds);
        return _sorted.Count - (at < 0 ? ~at : at);
    }
}
