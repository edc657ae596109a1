namespace Baton.Core.Sessions;

/// <summary>A state that a sequence entered.</summary>
/// <param name="At">When, by the gateway's clock.</param>
/// <param name="Epoch">In which attempt.</param>
/// <param name="State">Which.</param>
/// <param name="Worker">The worker concerned, if one is.</param>
/// <param name="Reason">Why.</param>
public readonly record struct TimelinePoint(
    DateTimeOffset At, int Epoch, SequenceState State, string? Worker, string? Reason);

/// <summary>
/// The life of one sequence: monotone in (epoch, state), ended once. Stale and repeated news are refused, so that every
/// source may report whenever it likes. Not safe for concurrent use.
/// </summary>
public sealed class SequenceLifecycle
{
    /// <summary>Bound of <see cref="Timeline"/>: an attempt has at most seven points and attempts are few.</summary>
    public const int MaxTimelinePoints = 64;

    /// <summary>
    /// Apart by so many are the first epochs of one owner and of the next: more than one begins attempts, so that a
    /// successor's are all later without being told of the last one.
    /// </summary>
    public const int EpochsOfAnOwner = 1 << 12;

    private readonly List<TimelinePoint> _timeline = [];

    public SequenceLifecycle(DateTimeOffset now, int firstEpoch = 0)
    {
        Epoch = firstEpoch;
        Record(now, SequenceState.Admitted, null, firstEpoch == 0 ? null : "taken over from a dead gateway");
    }

    public int Epoch { get; private set; }

    public SequenceState State { get; private set; }

    public bool IsTerminal => State >= SequenceState.Done;

    public IReadOnlyList<TimelinePoint> Timeline => _timeline;

    /// <summary>Enters a later state of the attempt; false when the news is stale or repeated.</summary>
    public bool TryAdvance(
        int epoch, SequenceState state, DateTimeOffset now, string? worker = null, string? reason = null)
    {
        if (IsTerminal || epoch != Epoch || state <= State)
        {
            return false;
        }

        Record(now, state, worker, reason);
        return true;
    }

    /// <summary>Begins another attempt; whatever still speaks of the last one is stale from now on.</summary>
    /// <returns>The new epoch.</returns>
    public int BeginAttempt(DateTimeOffset now, string? reason)
    {
        if (IsTerminal)
        {
            throw new InvalidOperationException("An ended sequence has no further attempt.");
        }

        Epoch++;
        Record(now, SequenceState.Admitted, null, reason);
        return Epoch;
    }

    private void Record(DateTimeOffset now, SequenceState state, string? worker, string? reason)
    {
        State = state;
        if (_timeline.Count < MaxTimelinePoints || state >= SequenceState.Done)
        {
            _timeline.Add(new TimelinePoint(now, Epoch, state, worker, reason));
        }
    }
}
