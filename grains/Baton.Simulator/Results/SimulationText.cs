using System.Globalization;
using System.Text;
using Baton.Core.Planning;
using Baton.Simulator.Workers;

namespace Baton.Simulator.Results;

/// <summary>A result for people.</summary>
public static class SimulationText
{
    // More lines than this are no table any more.
    private const int MostRows = 120;
    private const int MostDecisions = 40;

    public static string Of(SimulationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var text = new StringBuilder();
        Line(text, $"requests      {result.Requests} in {result.Seconds:0} s; completed {result.Completed}, rejected {result.Rejected}, failed {result.Failed}{Reasons(result)}");
        Line(text, $"tokens        {result.Tokens}, {result.Tokens / Math.Max(1e-9, result.Seconds):0.0} a second; prompts {result.CachedShare * 100:0.0} % cached");
        Line(text, $"              {"p50",10} {"p90",10} {"p99",10}");
        Latency(text, "TTFT ms", result.Ttft);
        Latency(text, "TPOT ms", result.Tpot);
        Latency(text, "ITL ms", result.Itl);
        Line(text, $"attainment    TTFT {result.Attainment.Ttft * 100:0.00} % (<= {result.Slo.Ttft.TotalMilliseconds:0} ms), TPOT {result.Attainment.Tpot * 100:0.00} % (<= {result.Slo.Tpot.TotalMilliseconds:0} ms), both {result.Attainment.Both * 100:0.00} %");
        Line(text, $"goodput       {result.Goodput:0.000} requests a second that met both");
        Cost(text, "prefill", result.Prefill, result.PeakWorkers.Prefill);
        Cost(text, "decode", result.Decode, result.PeakWorkers.Decode);
        Line(text, $"cost          {result.GpuSeconds:0} GPU-seconds, {result.Price:0.00}; {Million(result):0.00} a million output tokens");
        Line(text, $"events        {result.Recomputes} recomputes, {result.Migrations} migrations, {result.Conversions} conversions, {result.Preemptions} preemptions, {result.Deaths} deaths, {result.HandoffBytes / 1e9:0.0} GB handed over");
        Line(text, $"load swing    variance prefill {result.Swing.PrefillVariance:0.000}, decode {result.Swing.DecodeVariance:0.000}; correlation {result.Swing.Correlation:0.00}");
        if (result.BlocksHeld != 0)
            Line(text, $"LEAK          {result.BlocksHeld} blocks are still held");
        Timeline(text, result.Timeline);
        Scaling(text, result.Scaling);
        return text.ToString();
    }

    private static double Million(SimulationResult result) => result.Price / Math.Max(1, result.Tokens) * 1e6;

    private static string Reasons(SimulationResult result) => result.Reasons.Count == 0
        ? ""
        : $" ({string.Join(", ", result.Reasons.Select(r => $"{r.Key} {r.Value}"))})";

    private static void Latency(StringBuilder text, string name, Percentiles p) =>
        Line(text, $"{name,-13} {p.P50,10:0.0} {p.P90,10:0.0} {p.P99,10:0.0}");

    private static void Cost(StringBuilder text, string phase, PhaseCost cost, int peak)
    {
        if (cost.WorkerSeconds > 0)
            Line(text, $"{phase,-13} {cost.GpuSeconds:0} GPU-seconds, up to {peak} workers, {cost.BusySeconds / cost.WorkerSeconds * 100:0.0} % of the time in steps");
    }

    private static void Timeline(StringBuilder text, IReadOnlyList<TimelineRow> rows)
    {
        if (rows.Count > MostRows)
            return;
        text.Append('\n');
        Line(text, $"{"s",7} {"req/s",7} {"tok/s in",9} {"out",7} {"TTFT p90",9} {"TPOT p90",9} {"met %",6} {"P",4} {"D",4} {"busy P",7} {"busy D",7} {"KV %",5} {"rej",5} {"fail",5}");
        double length = rows.Count > 1 ? rows[1].At : 1;
        foreach (TimelineRow r in rows)
        {
            Line(text, $"{r.At,7:0} {r.Arrivals / length,7:0.00} {r.PromptTokensPerSecond,9:0} {r.OutputTokensPerSecond,7:0} {r.TtftP90,9:0} {r.TpotP90,9:0.0} {r.Attainment * 100,6:0.0} {r.Prefill,4} {r.Decode,4} {r.PrefillBusy * 100,7:0.0} {r.DecodeBusy * 100,7:0.0} {r.KvUsed * 100,5:0} {r.Rejected,5} {r.Failed,5}");
        }
    }

    private static void Scaling(StringBuilder text, IReadOnlyList<ScaleDecision> decisions)
    {
        if (decisions.Count == 0)
            return;
        text.Append('\n');
        foreach (ScaleDecision d in decisions.Take(MostDecisions))
        {
            foreach (Phase phase in Enum.GetValues<Phase>())
            {
                if (d[phase].Current != d[phase].Desired)
                    Line(text, $"{d.At.TotalSeconds,7:0} {(phase == Phase.Prefill ? "prefill" : "decode "),-7} {d[phase].Current,3} -> {d[phase].Desired,-3} {d[phase].Why}");
            }
        }

        if (decisions.Count > MostDecisions)
            Line(text, $"        and {decisions.Count - MostDecisions} decisions more (--json has all)");
    }

    private static void Line(StringBuilder text, FormattableString line) =>
        text.Append(line.ToString(CultureInfo.InvariantCulture).TrimEnd()).Append('\n');
}
