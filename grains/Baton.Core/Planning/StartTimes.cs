namespace Baton.Core.Planning;

/// <summary>How long workers have taken of late from the order until they were ready, as decisions see it.</summary>
internal sealed class StartTimes(TimeSpan interval)
{
    // Images are cold, nodes come up: a few, of which the middle one says what the next will take.
    private const int Remembered = 5;

    private readonly Dictionary<string, TimeSpan> _starting = new(StringComparer.Ordinal);
    private readonly Queue<TimeSpan> _latest = new();

    /// <summary>The middle one of the latest; null before the first.</summary>
    public TimeSpan? Typical => _latest.Count == 0 ? null : _latest.Order().ElementAt(_latest.Count / 2);

    public void Look(TimeSpan at, IReadOnlyList<WorkerObservation> workers)
    {
        foreach (WorkerObservation worker in workers)
        {
            if (worker.Stage == WorkerStage.Starting)
                _starting[worker.Name] = worker.OrderedAt;
            else if (worker.Stage == WorkerStage.Ready && _starting.Remove(worker.Name, out TimeSpan ordered))
                // It became so at some time since the last decision.
                Add(at - ordered - (interval / 2));
        }

        HashSet<string> here = [.. workers.Select(w => w.Name)];
        foreach (string gone in _starting.Keys.Where(n => !here.Contains(n)).ToList())
            _starting.Remove(gone);
    }

    private void Add(TimeSpan start)
    {
        _latest.Enqueue(start > TimeSpan.Zero ? start : TimeSpan.Zero);
        if (_latest.Count > Remembered)
            _latest.Dequeue();
    }
}
