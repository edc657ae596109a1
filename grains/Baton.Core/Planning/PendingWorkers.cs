namespace Baton.Core.Planning;

/// <summary>
/// Workers of one phase that were ordered and do not come. One that is late is counted out, so that the phase is not stuck
/// on it; after several in a row no more are ordered for a while.
/// </summary>
internal sealed class PendingWorkers(PlannerOptions options)
{
    private readonly HashSet<string> _late = new(StringComparer.Ordinal);
    private int _inARow;
    private TimeSpan _gaveUpAt = TimeSpan.MinValue;

    /// <summary>The late ones that are still there.</summary>
    public IReadOnlyList<string> Look(TimeSpan at, IReadOnlyList<WorkerObservation> workers)
    {
        _late.IntersectWith(workers.Select(w => w.Name));
        if (workers.Any(w => w.Stage == WorkerStage.Ready && at - w.OrderedAt < options.PendingTimeout))
            _inARow = 0;
        _inARow += workers.Count(
            w => w.Stage == WorkerStage.Starting && at - w.OrderedAt > options.PendingTimeout && _late.Add(w.Name));
        if (_inARow >= options.PendingTries)
            (_inARow, _gaveUpAt) = (0, at);
        return [.. _late];
    }

    public bool IsLate(string worker) => _late.Contains(worker);

    public bool HasGivenUp(TimeSpan at) =>
        _gaveUpAt != TimeSpan.MinValue && at - _gaveUpAt < options.GiveUpFor;
}
