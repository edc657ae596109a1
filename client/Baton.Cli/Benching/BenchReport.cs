using System.Globalization;
using System.Text.Json;
using Baton.Simulator;
using Baton.Simulator.Results;

namespace Baton.Cli.Benching;

/// <summary>What came of a run, in the words of <c>baton simulate</c>.</summary>
internal sealed record BenchReport
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
    };

    public required double Seconds { get; init; }

    public required int Requests { get; init; }

    public required int Completed { get; init; }

    public required int Rejected { get; init; }

    public required int Failed { get; init; }

    public required IReadOnlyDictionary<string, int> Reasons { get; init; }

    /// <summary>Output tokens.</summary>
    public required long Tokens { get; init; }

    public required double TokensPerSecond { get; init; }

    public required Percentiles TtftMs { get; init; }

    public required Percentiles TpotMs { get; init; }

    public required Percentiles ItlMs { get; init; }

    public required Attainment Attainment { get; init; }

    /// <summary>Requests a second that met both targets.</summary>
    public required double Goodput { get; init; }

    public static BenchReport Of(IReadOnlyList<BenchRequest> requests, TimeSpan took, SloTarget slo)
    {
        RequestResult[] results = [.. requests.Select(r => r.Result)];
        var attainment = Attainment.Of(results, slo);
        var tokens = results.Sum(r => (long)r.Output);
        return new BenchReport
        {
            Seconds = took.TotalSeconds,
            Requests = results.Length,
            Completed = results.Count(r => r.Outcome == Outcome.Completed),
            Rejected = results.Count(r => r.Outcome == Outcome.Rejected),
            Failed = results.Count(r => r.Outcome == Outcome.Failed),
            Reasons = requests.Where(r => r.Reason is not null).GroupBy(r => r.Reason!, StringComparer.Ordinal)
                .OrderBy(g => g.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count()),
            Tokens = tokens,
            TokensPerSecond = tokens / took.TotalSeconds,
            TtftMs = Percentiles.Of([.. results.Select(r => r.TtftMs).Where(t => !float.IsNaN(t))]),
            TpotMs = Percentiles.Of([.. results.Where(r => r.Outcome == Outcome.Completed && r.Output > 1).Select(r => r.TpotMs)]),
            ItlMs = Percentiles.Of([.. requests.SelectMany(r => r.Gaps)]),
            Attainment = attainment,
            Goodput = attainment.Both * results.Length / took.TotalSeconds,
        };
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public string ToText() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        requests      {Requests} in {Seconds:0.0} s; completed {Completed}, rejected {Rejected}, failed {Failed}{Why}
        tokens        {Tokens}, {TokensPerSecond:0.0} a second
                      {"p50",10} {"p90",10} {"p99",10}
        TTFT ms       {TtftMs.P50,10:0.0} {TtftMs.P90,10:0.0} {TtftMs.P99,10:0.0}
        TPOT ms       {TpotMs.P50,10:0.0} {TpotMs.P90,10:0.0} {TpotMs.P99,10:0.0}
        ITL ms        {ItlMs.P50,10:0.0} {ItlMs.P90,10:0.0} {ItlMs.P99,10:0.0}
        attainment    TTFT {Attainment.Ttft * 100:0.0} %, TPOT {Attainment.Tpot * 100:0.0} %, both {Attainment.Both * 100:0.0} %
        goodput       {Goodput:0.000} requests a second that met both
        """);

    private string Why => Reasons.Count == 0 ? "" : $" ({string.Join(", ", Reasons.Select(r => $"{r.Key}: {r.Value}"))})";
}
