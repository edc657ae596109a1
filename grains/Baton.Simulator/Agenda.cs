namespace Baton.Simulator;

/// <summary>Virtual time, and what is to happen when. What is due at one moment happens in the order it was asked for.</summary>
internal sealed class Agenda
{
    private readonly PriorityQueue<Action, Moment> _events = new();
    private long _order;

    public TimeSpan Now { get; private set; }

    public void After(TimeSpan delay, Action action) => At(Now + delay, action);

    public void At(TimeSpan at, Action action) => _events.Enqueue(action, new Moment(Math.Max(at.Ticks, Now.Ticks), _order++));

    /// <summary>Lets the next thing happen; false when nothing is to come.</summary>
    public bool Next()
    {
        if (!_events.TryDequeue(out Action? action, out Moment moment))
            return false;
        Now = new TimeSpan(moment.Ticks);
        action();
        return true;
    }

    private readonly record struct Moment(long Ticks, long Order) : IComparable<Moment>
    {
        public int CompareTo(Moment other) =>
            Ticks != other.Ticks ? Ticks.CompareTo(other.Ticks) : Order.CompareTo(other.Order);
    }
}
