namespace Baton.Core.Routing;

/// <summary>What was sent to a worker and cannot be in its reports yet. Used by one thread at a time.</summary>
public sealed class SentSince
{
    // A report in flight while an order was sent cannot know of it; the second one after must.
    private const int ReportsUntilKnown = 2;

    private readonly Queue<(long Report, int Tokens)> _sent = new();

    /// <summary>Prompt tokens of it.</summary>
    public int Tokens { get; private set; }

    /// <summary>Sequences of it.</summary>
    public int Sequences => _sent.Count;

    /// <param name="report">Number of the worker's latest report.</param>
    /// <param name="tokens">Prompt tokens of the sequence that was sent.</param>
    public void Add(long report, int tokens)
    {
        _sent.Enqueue((report, tokens));
        Tokens += tokens;
    }

    /// <summary>Forgets what the report of that number knows of.</summary>
    public void Reported(long report)
    {
        while (_sent.TryPeek(out (long Report, int Tokens) oldest) && oldest.Report + ReportsUntilKnown <= report)
            Tokens -= _sent.Dequeue().Tokens;
    }
}
