namespace Baton.Core.Routing;

/// <summary>
/// What was sent to a worker, or will be for certain, and cannot be in its reports yet. Used by one thread at a time.
/// </summary>
public sealed class SentSince
{
    // A report in flight while an order was sent cannot know of it; the second one after must.
    private const int ReportsUntilKnown = 2;

    private readonly Queue<(long Report, int Tokens)> _sent = new();
    private int _held;

    /// <summary>Prompt tokens of it.</summary>
    public int Tokens { get; private set; }

    /// <summary>Sequences of it.</summary>
    public int Sequences => _sent.Count + _held;

    /// <summary>Counts a sequence that waits elsewhere before it is sent here, however long.</summary>
    public void Hold(int tokens) => (_held, Tokens) = (_held + 1, Tokens + tokens);

    /// <summary>It waits no longer: it is sent now, or never.</summary>
    public void Free(int tokens) => (_held, Tokens) = (_held - 1, Tokens - tokens);

    /// <param name="report">Number of the worker's latest report.</param>
    /// <param name="tokens">Prompt tokens of the sequence that was sent.</param>
    public void Add(long report, int tokens)
    {
        _sent.Enqueue((report, tokens));
        Tokens += tokens;
    }

    /// <summary>Its place was taken by another of its name, to which nothing has been sent, and which counts from the beginning.</summary>
    public void Restart()
    {
        while (_sent.TryDequeue(out (long Report, int Tokens) sent))
            Tokens -= sent.Tokens;
    }

    /// <summary>Forgets what the report of that number knows of.</summary>
    public void Reported(long report)
    {
        while (_sent.TryPeek(out (long Report, int Tokens) oldest) && oldest.Report + ReportsUntilKnown <= report)
            Tokens -= _sent.Dequeue().Tokens;
    }
}
