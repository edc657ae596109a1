namespace Baton.Simulator.Workloads;

/// <summary>Requests that arrive at random at an even rate.</summary>
public sealed record SyntheticWorkload
{
    /// <summary>Requests a second.</summary>
    public required double Rate { get; init; }

    /// <summary>How many requests.</summary>
    public required int Requests { get; init; }

    public required Lengths Prompt { get; init; }

    public required Lengths Output { get; init; }

    /// <summary>
    /// Squared coefficient of variation of the time between two: 1 is Poisson, more is burstier, less is more even; the
    /// times are Gamma distributed.
    /// </summary>
    public double Burstiness { get; init; } = 1;

    public int Seed { get; init; }

    public IEnumerable<Arrival> Arrivals()
    {
        var times = new Chance(Seed, Chance.Purpose.Arrivals);
        var lengths = new Chance(Seed, Chance.Purpose.Lengths);
        double at = 0;
        for (int i = 0; i < Requests; i++)
        {
            at += (Burstiness == 1 ? times.Exponential() : times.Gamma(Burstiness)) / Rate;
            yield return new Arrival(TimeSpan.FromSeconds(at), Prompt.Draw(lengths), Output.Draw(lengths));
        }
    }
}
