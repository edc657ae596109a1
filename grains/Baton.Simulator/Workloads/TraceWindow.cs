namespace Baton.Simulator.Workloads;

/// <summary>A part of a trace, faster or denser than it was.</summary>
public sealed record TraceWindow
{
    // Copies of a request come at moments of their own, and not as a burst.
    private static readonly TimeSpan CopiesWithin = TimeSpan.FromSeconds(10);

    public TimeSpan From { get; init; }

    public TimeSpan To { get; init; } = TimeSpan.MaxValue;

    /// <summary>Divides the times.</summary>
    public double Speedup { get; init; } = 1;

    /// <summary>
    /// How often each request comes, the further times within ten seconds after: more load with the same ups and downs.
    /// Copies share no prefix with each other.
    /// </summary>
    public int Copies { get; init; } = 1;

    /// <summary>Share of the requests that is kept, chosen by seed: less load with the same ups and downs.</summary>
    public double Share { get; init; } = 1;

    public int Seed { get; init; }

    /// <param name="trace">In order of arrival.</param>
    public IReadOnlyList<Arrival> Of(IReadOnlyList<Arrival> trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        IEnumerable<Arrival> part = trace.Where(a => a.At >= From && a.At < To).Select(a => a with { At = a.At - From });
        var chance = new Chance(Seed, Chance.Purpose.Jitter);
        return [.. part
            .Where(_ => Share >= 1 || chance.Unit() < Share)
            .SelectMany(a => Enumerable.Range(0, Copies).Select(copy => Copy(a, copy, chance)))
            .Select(a => a with { At = a.At / Speedup })
            .OrderBy(a => a.At)];
    }

    private Arrival Copy(Arrival arrival, int copy, Chance chance) => Copies == 1
        ? arrival
        : arrival with
        {
            At = copy == 0 ? arrival.At : arrival.At + (CopiesWithin * chance.Unit()),
            Prefix = arrival.Prefix is { } parts ? [.. parts.Select(p => (p * Copies) + copy)] : null,
        };
}
