namespace Baton.Simulation.Time;

/// <summary>
/// The clock of a world and all that is to happen in it, in order of time; what falls on one instant comes in an order
/// that the seed draws. Used by one thread.
/// </summary>
internal sealed class VirtualTime(Random random) : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<Action, (long At, int Tie, long Order)> _events = new();
    private long _order;

    /// <summary>Since the world began.</summary>
    public TimeSpan Elapsed { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Start + Elapsed;

    public override long GetTimestamp() => Elapsed.Ticks;

    /// <summary>Lets something happen after a while.</summary>
    public void In(TimeSpan delay, Action happen) =>
        _events.Enqueue(happen, ((Elapsed + delay).Ticks, random.Next(), _order++));

    /// <summary>Goes on to what happens next and lets it.</summary>
    public void Step()
    {
        if (_events.TryDequeue(out var happen, out var when))
        {
            Elapsed = TimeSpan.FromTicks(when.At);
            happen();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(VirtualTime time, Action callback) : ITimer
    {
        private int _setting;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Arm(++_setting, dueTime, period);
            return true;
        }

        public void Dispose() => _setting++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Arm(int setting, TimeSpan due, TimeSpan period)
        {
            if (due == Timeout.InfiniteTimeSpan)
            {
                return;
            }

            time.In(due, () =>
            {
                if (setting == _setting)
                {
                    Arm(setting, period > TimeSpan.Zero ? period : Timeout.InfiniteTimeSpan, period);
                    callback();
                }
            });
        }
    }
}
