namespace Baton.Engine.Simulated;

/// <summary>
/// Lets simulated time pass: blocks the engine's thread for a duration, without spinning, until interrupted. What a
/// wait overshoots, and what the engine's own work takes, is taken off the next one, so that short steps keep their rate on a coarse clock.
/// </summary>
internal sealed class StepClock(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Coarsest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan MostCredit = TimeSpan.FromMilliseconds(5);

    private readonly ManualResetEventSlim _due = new(initialState: false, spinCount: 0);
    private volatile bool _interrupted;
    private TimeSpan _owed;
    private long? _worksSince;

    /// <summary>From now on work is done in simulated time, and takes none beyond it.</summary>
    public void Begin() => _worksSince = time.GetTimestamp();

    /// <summary>The work is done; what it took is taken off the next wait.</summary>
    public void End()
    {
        TakeOff();
        _worksSince = null;
    }

    public void Pass(TimeSpan duration)
    {
        if (duration <= TimeSpan.Zero)
            return;
        TakeOff();
        _owed += duration;
        if (_owed < Coarsest || _interrupted)
            return;
        long start = time.GetTimestamp();
        Wait(_owed);
        _owed -= time.GetElapsedTime(start);
        if (_owed < -MostCredit)
            _owed = -MostCredit;
        if (_worksSince is not null)
            _worksSince = time.GetTimestamp();
    }

    /// <summary>Ends the wait in progress and all later ones. Any thread.</summary>
    public void Interrupt()
    {
        _interrupted = true;
        _due.Set();
    }

    public void Dispose() => _due.Dispose();

    private void TakeOff()
    {
        if (_worksSince is not { } since)
            return;
        _owed -= time.GetElapsedTime(since);
        if (_owed < -MostCredit)
            _owed = -MostCredit;
        _worksSince = time.GetTimestamp();
    }

    private void Wait(TimeSpan duration)
    {
        if (ReferenceEquals(time, TimeProvider.System))
        {
            // A timed wait of this thread: a timer would go through the thread pool.
            _due.Wait(duration);
            return;
        }

        using ITimer timer = time.CreateTimer(
            static state => ((ManualResetEventSlim)state!).Set(), _due, duration, Timeout.InfiniteTimeSpan);
        _due.Wait();
        if (!_interrupted)
            _due.Reset();
    }
}
