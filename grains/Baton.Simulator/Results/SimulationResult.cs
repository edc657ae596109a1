using Baton.Core.Planning;
using Baton.Simulator.Scaling;
using Baton.Simulator.Workers;

namespace Baton.Simulator.Results;

/// <summary>What came of a simulation. Shares are 0 to 1, latencies in milliseconds.</summary>
public sealed record SimulationResult
{
    /// <summary>Until the end of the last request, in seconds.</summary>
    public required double Seconds { get; init; }

    public required long Requests { get; init; }

    public required int Completed { get; init; }

    public required int Rejected { get; init; }

    public required int Failed { get; init; }

    /// <summary>Why requests were rejected or failed.</summary>
    public required IReadOnlyDictionary<string, int> Reasons { get; init; }

    /// <summary>Output tokens.</summary>
    public required long Tokens { get; init; }

    /// <summary>Time to the first token.</summary>
    public required Percentiles Ttft { get; init; }

    /// <summary>Mean time of each further token of a request.</summary>
    public required Percentiles Tpot { get; init; }

    /// <summary>Time between two tokens of a request, within one percent.</summary>
    public required Percentiles Itl { get; init; }

    public required SloTarget Slo { get; init; }

    public required Attainment Attainment { get; init; }

    /// <summary>Requests a second that met both targets.</summary>
    public required double Goodput { get; init; }

    public required PhaseCost Prefill { get; init; }

    public required PhaseCost Decode { get; init; }

    public required PhaseCounts PeakWorkers { get; init; }

    /// <summary>The decisions that changed the number of workers, with their reasons.</summary>
    public required IReadOnlyList<ScaleDecision> Scaling { get; init; }

    /// <summary>Workers that changed their phase.</summary>
    public required int Conversions { get; init; }

    /// <summary>Share of the prompts' tokens that a prefix cache had.</summary>
    public required double CachedShare { get; init; }

    public required long Recomputes { get; init; }

    public required long Migrations { get; init; }

    public required long Preemptions { get; init; }

    public required long Deaths { get; init; }

    public required long HandoffBytes { get; init; }

    /// <summary>KV blocks that are still held when all requests have ended: none, or something leaks.</summary>
    public required long BlocksHeld { get; init; }

    public required LoadSwing Swing { get; init; }

    public required IReadOnlyList<TimelineRow> Timeline { get; init; }

    /// <summary>Each request's, in the order of their ends.</summary>
    public required IReadOnlyList<RequestResult> Results { get; init; }

    public double GpuSeconds => Prefill.GpuSeconds + Decode.GpuSeconds;

    public double Price => Prefill.Price + Decode.Price;

    internal static SimulationResult Of(
        SimulationOptions options, Recorder recorder, WorkerPool pool, Timeline timeline, Autoscaler? autoscaler, CostSoFar cost)
    {
        IReadOnlyList<RequestResult> results = recorder.Results;
        Attainment attainment = Attainment.Of(results, options.Slo);
        IReadOnlyList<TimelineRow> rows = timeline.Rows(options.Slo);
        return new SimulationResult
        {
            Seconds = cost.At.TotalSeconds,
            Requests = recorder.Arrivals,
            Completed = results.Count(r => r.Outcome == Outcome.Completed),
            Rejected = results.Count(r => r.Outcome == Outcome.Rejected),
            Failed = results.Count(r => r.Outcome == Outcome.Failed),
            Reasons = recorder.Reasons,
            Tokens = recorder.Tokens,
            Ttft = Percentiles.Of([.. results.Select(r => r.TtftMs).Where(t => !float.IsNaN(t))]),
            Tpot = Percentiles.Of([.. results.Where(r => r.Outcome == Outcome.Completed).Select(r => r.TpotMs)]),
            Itl = Percentiles.Of(recorder.Gaps),
            Slo = options.Slo,
            Attainment = attainment,
            Goodput = attainment.Both * recorder.Arrivals / Math.Max(1e-9, cost.At.TotalSeconds),
            Prefill = cost.Prefill,
            Decode = cost.Decode,
            PeakWorkers = new PhaseCounts(rows.Max(r => r.Prefill), rows.Max(r => r.Decode)),
            Scaling = autoscaler?.Changes ?? [],
            Conversions = autoscaler?.Conversions ?? 0,
            CachedShare = recorder.CachedTokens / Math.Max(1, recorder.PrefilledPromptTokens),
            Recomputes = recorder.Recomputes,
            Migrations = recorder.Migrations,
            Preemptions = recorder.Preemptions,
            Deaths = recorder.Deaths,
            HandoffBytes = recorder.HandoffBytes,
            BlocksHeld = pool.Workers.Sum(w => (long)w.Load().BlocksUsed),
            Swing = timeline.Swing,
            Timeline = rows,
            Results = results,
        };
    }
}
