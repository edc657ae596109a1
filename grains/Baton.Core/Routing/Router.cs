namespace Baton.Core.Routing;

/// <summary>
/// Chooses workers: filter, score, pick; decode first, then whether remote prefill pays, then prefill (the shape of
/// llm-d's scheduler). Pure: a snapshot in, a plan with its reasons out; ties go to the lowest name.
/// </summary>
public static class Router
{
    public static RoutePlan Plan(RouteRequest request, IReadOnlyList<WorkerSnapshot> workers)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(workers);
        var candidates = new CandidateList(request, workers);
        if (Pick(request, workers, candidates.DecodePhase, out bool tooLarge) is not { } decode)
        {
            return tooLarge
                ? new(RouteRefusal.TooLarge, null, null, candidates, "larger than the KV pool of every decode worker")
                : new(RouteRefusal.NoWorker, null, null, candidates, "no decode worker takes requests");
        }

        if (request.Mode == DisaggregationMode.Never)
            return Whole(decode, candidates, "disaggregation is off");
        candidates.PrefillPhase = new RoutePhase(IsPrefill: true, decode.Fingerprint, decode.Host);
        if (Pick(request, workers, candidates.PrefillPhase.Value, out _) is not { } prefill)
        {
            return request.Mode == DisaggregationMode.Always
                ? new(RouteRefusal.NoWorker, null, null, candidates, "no prefill worker takes requests")
                : Whole(decode, candidates, "no prefill worker takes requests");
        }

        return request.Mode == DisaggregationMode.Auto && prefill.Silo == decode.Silo
            ? Whole(decode, candidates, "both phases share one process: a handoff would gain nothing")
            : new(RouteRefusal.None, decode, prefill, candidates, "prefill and decode on separate workers");
    }

    private static RoutePlan Whole(WorkerSnapshot decode, CandidateList candidates, string reason) =>
        new(RouteRefusal.None, decode, null, candidates, reason);

    // One pass that allocates nothing: a cluster of a thousand workers is looked through for every request.
    private static WorkerSnapshot? Pick(
        RouteRequest request, IReadOnlyList<WorkerSnapshot> workers, RoutePhase phase, out bool tooLarge)
    {
        WorkerSnapshot? best = null;
        double bestScore = 0;
        bool bestAvoided = false;
        tooLarge = false;
        for (int i = 0; i < workers.Count; i++)
        {
            WorkerSnapshot worker = workers[i];
            if (!phase.Has(worker))
                continue;
            if (RouteFilter.Of(request, worker) is { } dropped)
            {
                tooLarge |= dropped == RouteFilter.TooSmall;
                continue;
            }

            double score = phase.Score(worker, request);
            bool avoided = request.Avoid.Count > 0 && request.Avoid.Contains(worker.Name);
            bool better = best is null
                || (avoided != bestAvoided ? bestAvoided
                    : score != bestScore ? score > bestScore
                    : string.CompareOrdinal(worker.Name, best.Name) < 0);
            if (better)
                (best, bestScore, bestAvoided) = (worker, score, avoided);
        }

        tooLarge &= best is null;
        return best;
    }
}
