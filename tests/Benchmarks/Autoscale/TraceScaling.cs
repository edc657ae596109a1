using Baton.Simulator.Workloads;

namespace Baton.Benchmarks.Autoscale;

/// <summary>A trace in ten minutes, thinned out to what one machine can send and serve.</summary>
internal sealed class TraceScaling(string trace, double share)
{
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(10);

    public async Task<Dictionary<string, double>> RunAsync()
    {
        var whole = TraceFile.Read(trace);
        var arrivals = new TraceWindow { Speedup = whole[^1].At / Length, Share = share }.Of(whole);
        await using var host = await ScalingHost.StartAsync();
        await Console.Error.WriteLineAsync($"{arrivals.Count} requests in ten minutes");
        var report = await host.LoadAsync(arrivals);
        await Console.Error.WriteLineAsync(report.ToText());
        return new Dictionary<string, double>
        {
            ["requests"] = report.Requests,
            ["failed"] = report.Failed + report.Rejected,
            ["ttftP90Ms"] = report.TtftMs.P90,
            ["tpotP90Ms"] = report.TpotMs.P90,
            ["attainment"] = report.Attainment.Both,
            ["prefillMost"] = host.Record.Most("prefill", TimeSpan.Zero),
            ["decodeMost"] = host.Record.Most("decode", TimeSpan.Zero),
            ["prefillWorkerSeconds"] = host.Record.WorkerSeconds("prefill"),
            ["decodeWorkerSeconds"] = host.Record.WorkerSeconds("decode"),
            ["swings"] = ScaleRecord.Phases.Sum(host.Record.Swings),
        };
    }
}
