using System.Globalization;

namespace Baton.Core.Routing;

/// <summary>
/// Chooses workers: filter, score, pick; decode first, then whether remote prefill pays, then prefill (the shape of
/// llm-d's scheduler). Pure: a snapshot in, a plan with its reasons out; ties go to the lowest name.
/// </summary>
public static class Router
{
    public static RoutePlan Plan(RouteRequest request, IReadOnlyList<WorkerSnapshot> workers)
    {
        var candidates = new List<Candidate>();
        var decode = Pick(request, workers.Where(w => !w.IsPrefill), DecodeScore, candidates, out var tooLarge);
        if (decode is null)
        {
            return tooLarge
                ? new(RouteRefusal.TooLarge, null, null, candidates, "larger than the KV pool of every decode worker")
                : new(RouteRefusal.NoWorker, null, null, candidates, "no decode worker takes requests");
        }

        if (request.Mode == DisaggregationMode.Never)
        {
            return Whole(decode, candidates, "disaggregation is off");
        }

        var compatible = workers.Where(w => w.IsPrefill && w.Fingerprint == decode.Fingerprint);
        var prefill = Pick(request, compatible, PrefillScore, candidates, out _);
        if (prefill is null)
        {
            return request.Mode == DisaggregationMode.Always
                ? new(RouteRefusal.NoWorker, null, null, candidates, "no prefill worker takes requests")
                : Whole(decode, candidates, "no prefill worker takes requests");
        }

        return request.Mode == DisaggregationMode.Auto && prefill.Silo == decode.Silo
            ? Whole(decode, candidates, "both phases share one process: a handoff would gain nothing")
            : new(RouteRefusal.None, decode, prefill, candidates, "prefill and decode on separate workers");
    }

    private static RoutePlan Whole(WorkerSnapshot decode, List<Candidate> candidates, string reason) =>
        new(RouteRefusal.None, decode, null, candidates, reason);

    private static WorkerSnapshot? Pick(
        RouteRequest request,
        IEnumerable<WorkerSnapshot> workers,
        Func<WorkerSnapshot, (double Score, string Why)> score,
        List<Candidate> candidates,
        out bool tooLarge)
    {
        var kept = new List<(WorkerSnapshot Worker, double Score, string Why)>();
        var dropped = new List<Candidate>();
        tooLarge = false;
        foreach (var worker in workers)
        {
            if (worker.Unavailable is { } unavailable)
            {
                dropped.Add(new Candidate(worker.Name, null, unavailable));
            }
            else if (worker.Model != request.Model)
            {
                dropped.Add(new Candidate(worker.Name, null, "serves another model"));
            }
            else if (!Fits(request, worker))
            {
                tooLarge = true;
                dropped.Add(new Candidate(worker.Name, null, "its KV pool is too small"));
            }
            else
            {
                var (value, why) = score(worker);
                kept.Add((worker, value, why));
            }
        }

        tooLarge &= kept.Count == 0;
        var best = kept
            .OrderBy(k => request.Avoid.Contains(k.Worker.Name))
            .ThenByDescending(k => k.Score)
            .ThenBy(k => k.Worker.Name, StringComparer.Ordinal)
            .ToList();
        candidates.AddRange(best.Select(k => new Candidate(k.Worker.Name, k.Score, k.Why)));
        candidates.AddRange(dropped);
        return best.Count == 0 ? null : best[0].Worker;
    }

    private static bool Fits(RouteRequest request, WorkerSnapshot worker) =>
        (long)worker.Load.BlocksTotal * worker.BlockTokens >= (worker.IsPrefill ? request.Tokens : request.MaxTokens);

    /// <summary>Free share of the pool, less the share of the batch that is taken and what waits for room.</summary>
    private static (double Score, string Why) DecodeScore(WorkerSnapshot worker)
    {
        var load = worker.Load;
        var pending = Math.Ceiling(worker.PendingTokens / (double)worker.BlockTokens);
        var used = Math.Min(1, (load.BlocksUsed + pending) / Math.Max(1, load.BlocksTotal));
        var sequences = load.Running + load.Reserved + load.ReservationsWaiting + load.Waiting + worker.PendingSequences;
        var batch = sequences / (double)Math.Max(1, worker.MaxSequences);
        return (1 - used - batch, Format($"free {1 - used:0.000} - batch {batch:0.000}"));
    }

    /// <summary>Fewest tokens ahead in the queue, in steps of a full budget; then the freest pool.</summary>
    private static (double Score, string Why) PrefillScore(WorkerSnapshot worker)
    {
        var ahead = worker.Load.PrefillTokens + worker.PendingTokens;
        var used = worker.Load.BlocksUsed / (double)Math.Max(1, worker.Load.BlocksTotal);
        return (0 - (ahead / 1024.0) - used, Format($"-queued {ahead} tokens / 1024 - used {used:0.000}"));
    }

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
