namespace Baton.Core.Planning;

/// <summary>
/// Sequences that decode now and, while their number rises for certain, those that will when a worker ordered now is ready,
/// though no farther ahead than it has been seen to rise: sequences end too. What is asked for says little of a rise in the
/// length of outputs: that is known only when they end.
/// </summary>
internal sealed class LiveGrowth
{
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(10);

    // By chance their number swings by its root; only a rise of twice that is taken for one.
    private const double Certain = 2;

    private readonly Queue<(TimeSpan At, int Sequences, long Tokens)> _seen = new();

    /// <param name="at">The time.</param>
    /// <param name="workers">The workers of decode.</param>
    /// <param name="lead">How far to look ahead.</param>
    /// <returns>Sequences, and positions that they hold.</returns>
    public (double Sequences, double Tokens) Foresee(
        TimeSpan at, IReadOnlyList<WorkerObservation> workers, TimeSpan lead)
    {
        int sequences = workers.Sum(w => w.Load.Running);
        long tokens = workers.Sum(w => (long)w.Load.ResidentTokens - w.Load.ReservedTokens);
        _seen.Enqueue((at, sequences, tokens));
        while (at - _seen.Peek().At > Span)
            _seen.Dequeue();
        (TimeSpan At, int Sequences, long Tokens) first = _seen.Peek();
        double rise = sequences - first.Sequences;
        if (at == first.At || rise < Certain * Math.Sqrt(sequences))
            return (sequences, tokens);
        double ahead = (lead < Span ? lead : Span) / (at - first.At);
        return (sequences + (rise * ahead), tokens + (Math.Max(0, tokens - first.Tokens) * ahead));
    }
}
