using System.Text.Json;
using Baton.Core.Planning;
using Baton.Simulator.Workers;

namespace Baton.Simulator.Results;

/// <summary>A result for programs: the members in camel case, times in seconds, latencies in milliseconds.</summary>
public static class SimulationJson
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
    };

    public static string Text(SimulationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return JsonSerializer.Serialize(
            new
            {
                result.Seconds,
                result.Requests,
                result.Completed,
                result.Rejected,
                result.Failed,
                result.Reasons,
                result.Tokens,
                TtftMs = result.Ttft,
                TpotMs = result.Tpot,
                ItlMs = result.Itl,
                Slo = new { TtftMs = result.Slo.Ttft.TotalMilliseconds, TpotMs = result.Slo.Tpot.TotalMilliseconds },
                result.Attainment,
                result.Goodput,
                Prefill = Cost(result.Prefill),
                Decode = Cost(result.Decode),
                result.GpuSeconds,
                result.Price,
                result.PeakWorkers,
                result.CachedShare,
                result.Recomputes,
                result.Migrations,
                result.Conversions,
                result.Preemptions,
                result.Deaths,
                result.HandoffBytes,
                result.BlocksHeld,
                result.Swing,
                Scaling = result.Scaling.Select(Decision),
                result.Timeline,
            },
            Json);
    }

    private static object Cost(PhaseCost cost) => new { cost.GpuSeconds, cost.Price, cost.WorkerSeconds, cost.BusySeconds };

    private static object Decision(ScaleDecision decision) => new
    {
        At = decision.At.TotalSeconds,
        Prefill = decision.Prefill,
        Decode = decision.Decode,
        decision.Forecast,
        decision.Abandoned,
    };
}
