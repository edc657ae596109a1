using System.Globalization;
using System.Net;
using System.Text;
using Baton.Core.Planning;

namespace Baton.Simulator.Results;

/// <summary>A result as one page that needs nothing from the network, readable in light and dark.</summary>
public static class SimulationHtml
{
    private const string Style = """
        :root { color-scheme: light dark; --text: light-dark(#1c2430, #e4e8ee); --faint: light-dark(#687382, #97a3b3);
          --back: light-dark(#ffffff, #14181e); --line: light-dark(#dde2e8, #2c343e);
          --a: light-dark(#1f6fd0, #6cb0ff); --b: light-dark(#c2570c, #ffa05c); --c: light-dark(#2f8f4e, #6fd18e); }
        body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.4rem; } h2 { font-size: 1.05rem; margin: 2rem 0 .3rem; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; } td, th { padding: .15rem .8rem .15rem 0; text-align: left; vertical-align: top; }
        th { font-weight: 500; color: var(--faint); } pre { overflow-x: auto; font-size: 12px; }
        svg { width: 100%; height: auto; display: block; } svg text { fill: var(--faint); font-size: 11px; }
        .grid { stroke: var(--line); } .a { stroke: var(--a); } .b { stroke: var(--b); } .c { stroke: var(--c); }
        polyline { fill: none; stroke-width: 1.6; } .legend { color: var(--faint); font-size: 13px; } .legend b { font-weight: 600; }
        b.a { color: var(--a); } b.b { color: var(--b); } b.c { color: var(--c); }
        """;

    /// <param name="result">The simulation.</param>
    /// <param name="title">Its heading.</param>
    public static string Of(SimulationResult result, string title)
    {
        ArgumentNullException.ThrowIfNull(result);
        var page = new StringBuilder();
        string heading = WebUtility.HtmlEncode(title);
        page.Append(CultureInfo.InvariantCulture, $"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{heading}</title>\n");
        page.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        page.Append(CultureInfo.InvariantCulture, $"<style>\n{Style}\n</style></head><body>\n<h1>{heading}</h1>\n");
        Summary(page, result);
        Charts(page, result);
        Decisions(page, result.Scaling);
        page.Append("</body></html>\n");
        return page.ToString();
    }

    private static void Summary(StringBuilder page, SimulationResult r)
    {
        page.Append("<table>\n");
        Row("Requests", $"{r.Requests} in {r.Seconds:0} s: {r.Completed} completed, {r.Rejected} rejected, {r.Failed} failed");
        Row("Met both targets", $"{r.Attainment.Both * 100:0.00} % (first token within {r.Slo.Ttft.TotalMilliseconds:0} ms, then {r.Slo.Tpot.TotalMilliseconds:0} ms a token)");
        Row("Time to first token", $"{r.Ttft.P50:0} ms median, {r.Ttft.P90:0} ms p90, {r.Ttft.P99:0} ms p99");
        Row("Time of a token", $"{r.Tpot.P50:0.0} ms median, {r.Tpot.P90:0.0} ms p90, {r.Tpot.P99:0.0} ms p99");
        Row("GPU-seconds", $"{r.Prefill.GpuSeconds:0} prefill + {r.Decode.GpuSeconds:0} decode, {r.Price:0.00} in all");
        Row("Moved, recomputed, preempted", $"{r.Migrations}, {r.Recomputes}, {r.Preemptions}");
        page.Append("</table>\n");

        void Row(string name, FormattableString value) => page.Append(
            CultureInfo.InvariantCulture, $"<tr><th>{name}</th><td>{value.ToString(CultureInfo.InvariantCulture)}</td></tr>\n");
    }

    private static void Charts(StringBuilder page, SimulationResult result)
    {
        IReadOnlyList<TimelineRow> rows = result.Timeline;
        double[] at = [.. rows.Select(r => r.At)];
        double length = rows.Count > 1 ? at[1] : result.Seconds;
        LineChart.Append(page, "Load", at, new LineChart.Series("a", "requests a second", [.. rows.Select(r => r.Arrivals / length)]));
        LineChart.Append(
            page,
            "Tokens a second that came",
            at,
            new LineChart.Series("a", "prompts", [.. rows.Select(r => r.PromptTokensPerSecond)]),
            new LineChart.Series("b", "outputs", [.. rows.Select(r => r.OutputTokensPerSecond)]));
        LineChart.Append(
            page,
            "Workers",
            at,
            new LineChart.Series("a", "prefill", [.. rows.Select(r => (double)r.Prefill)]),
            new LineChart.Series("b", "decode", [.. rows.Select(r => (double)r.Decode)]));
        LineChart.Append(page, "Time to first token, p90, ms", at, new LineChart.Series("a", "", [.. rows.Select(r => r.TtftP90)]));
        LineChart.Append(page, "Time of a token, p90, ms", at, new LineChart.Series("b", "", [.. rows.Select(r => r.TpotP90)]));
        LineChart.Append(page, "Met both targets, %", at, new LineChart.Series("c", "", [.. rows.Select(r => r.Attainment * 100)]));
        LineChart.Append(
            page,
            "Rejected and failed",
            at,
            new LineChart.Series("a", "rejected", [.. rows.Select(r => (double)r.Rejected)]),
            new LineChart.Series("b", "failed", [.. rows.Select(r => (double)r.Failed)]));
    }

    private static void Decisions(StringBuilder page, IReadOnlyList<ScaleDecision> decisions)
    {
        if (decisions.Count == 0)
            return;
        page.Append("<h2>Decisions</h2>\n<table><tr><th>s</th><th>phase</th><th>workers</th><th>why</th></tr>\n");
        foreach (ScaleDecision decision in decisions)
        {
            foreach (Phase phase in Enum.GetValues<Phase>())
            {
                PhaseDecision d = decision[phase];
                if (d.Current != d.Desired)
                    page.Append(CultureInfo.InvariantCulture, $"<tr><td>{decision.At.TotalSeconds:0}</td><td>{phase}</td><td>{d.Current} to {d.Desired}</td><td>{WebUtility.HtmlEncode(d.Why)}</td></tr>\n");
            }
        }

        page.Append("</table>\n");
    }
}
