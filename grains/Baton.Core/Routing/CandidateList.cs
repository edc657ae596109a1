using System.Collections;

namespace Baton.Core.Routing;

/// <summary>
/// The workers that a decision looked at, with their scores in words; made when somebody reads it, which few do.
/// </summary>
internal sealed class CandidateList : IReadOnlyList<Candidate>
{
    private readonly RouteRequest _request;
    private readonly IReadOnlyList<WorkerSnapshot> _workers;
    private readonly Lazy<List<Candidate>> _made;

    public CandidateList(RouteRequest request, IReadOnlyList<WorkerSnapshot> workers)
    {
        // The caller may avoid more later on.
        _request = request.Avoid.Count == 0 ? request : request with { Avoid = request.Avoid.ToHashSet(StringComparer.Ordinal) };
        _workers = workers;
        _made = new Lazy<List<Candidate>>(Make);
    }

    public RoutePhase DecodePhase { get; } = new(IsPrefill: false, Fingerprint: null, DecodeHost: null);

    /// <summary>Null where no prefill worker was looked for.</summary>
    public RoutePhase? PrefillPhase { get; set; }

    public int Count => _made.Value.Count;

    public Candidate this[int index] => _made.Value[index];

    public IEnumerator<Candidate> GetEnumerator() => _made.Value.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private List<Candidate> Make() => PrefillPhase is { } prefill
        ? [.. Of(DecodePhase), .. Of(prefill)]
        : [.. Of(DecodePhase)];

    private IEnumerable<Candidate> Of(RoutePhase phase)
    {
        List<WorkerSnapshot> workers = [.. _workers.Where(phase.Has)];
        IEnumerable<Candidate> kept = workers
            .Where(w => RouteFilter.Of(_request, w) is null)
            .Select(w => new Candidate(w.Name, phase.Score(w, _request), phase.Why(w, _request)))
            .OrderBy(c => _request.Avoid.Contains(c.Worker))
            .ThenByDescending(c => c.Score)
            .ThenBy(c => c.Worker, StringComparer.Ordinal);
        IEnumerable<Candidate> dropped = workers
            .Select(w => (w.Name, Why: RouteFilter.Of(_request, w)))
            .Where(w => w.Why is not null)
            .Select(w => new Candidate(w.Name, null, w.Why!));
        return [.. kept, .. dropped];
    }
}
