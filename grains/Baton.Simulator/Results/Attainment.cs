namespace Baton.Simulator.Results;

/// <summary>Shares of all requests that met a target, 0 to 1; one that was refused or failed met none.</summary>
/// <param name="Ttft">Whose first token came in time.</param>
/// <param name="Tpot">Whose further tokens came in time, all of them.</param>
/// <param name="Both">Who met both: what goodput counts.</param>
public readonly record struct Attainment(double Ttft, double Tpot, double Both)
{
    public static Attainment Of(IReadOnlyCollection<RequestResult> results, SloTarget slo)
    {
        ArgumentNullException.ThrowIfNull(results);
        ArgumentNullException.ThrowIfNull(slo);
        int ttft = 0;
        int tpot = 0;
        int both = 0;
        foreach (RequestResult result in results)
        {
            bool isSoon = result.TtftMs <= slo.Ttft.TotalMilliseconds;
            bool isFast = result.Outcome == Outcome.Completed && result.TpotMs <= slo.Tpot.TotalMilliseconds;
            ttft += isSoon ? 1 : 0;
            tpot += isFast ? 1 : 0;
            both += isSoon && isFast ? 1 : 0;
        }

        double count = Math.Max(1, results.Count);
        return new Attainment(ttft / count, tpot / count, both / count);
    }
}
