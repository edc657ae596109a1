using Baton.Client;

namespace Baton.Chaos;

/// <summary>One stream as its client has it: which tokens came, which twice or never, and how long it was quiet.</summary>
internal sealed class Stream(TimeProvider time)
{
    private readonly List<int> _tokens = [];
    private long _last = time.GetTimestamp();
    private TimeSpan _silence;
    private TimeSpan _gap;

    public string RequestId { get; } = Guid.NewGuid().ToString("N");

    public IReadOnlyList<int> Tokens => _tokens;

    /// <summary>The token before which it was quiet for longest.</summary>
    public int SilentBefore { get; private set; }

    /// <summary>When that silence ended.</summary>
    public DateTimeOffset SilentAt { get; private set; }

    /// <summary>The index that comes next.</summary>
    public int Next { get; private set; }

    public int Lost { get; private set; }

    public int Doubled { get; private set; }

    public bool HasEnded { get; private set; }

    public bool IsCancelled { get; private set; }

    public double SilenceSeconds => _silence.TotalSeconds;

    /// <summary>The longest wait between two tokens.</summary>
    public double GapSeconds => _gap.TotalSeconds;

    public void Take(GeneratedToken token)
    {
        var now = time.GetTimestamp();
        var silence = time.GetElapsedTime(_last, now);
        if (token.Index > 0 && silence > _gap)
        {
            _gap = silence;
        }

        if (silence > _silence)
        {
            (_silence, SilentBefore, SilentAt) = (silence, token.Index, time.GetUtcNow());
        }

        _last = now;
        Doubled += token.Index < Next ? 1 : 0;
        Lost += Math.Max(0, token.Index - Next);
        Next = Math.Max(Next, token.Index + 1);
        HasEnded |= token.FinishReason is not null;
        IsCancelled |= token.FinishReason == "cancelled";
        if (token.TokenId is { } id)
        {
            _tokens.Add(id);
        }
    }
}
