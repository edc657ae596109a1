namespace Baton.Simulator.Workloads;

/// <summary>Requests that arrive at random at an even rate.</summary>
public sealed record SyntheticWorkload
{
    /// <summary>Requests a second.</summary>
    public required double Rate { get; init; }

    /// <summary>How many requests.</summary>
    public required int Requests { get; init; }

    public Lengths Prompt { get; init; } = new Lengths.LogNormal(512, 0.8);

    public Lengths Output { get; init; } = new Lengths.LogNormal(128, 0.6);

    /// <summary>Requests whose lengths are drawn in place of those distributions, prompt and output together.</summary>
    public IReadOnlyList<Arrival> LengthsOf { get; init; } = [];

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
            yield return Draw(TimeSpan.FromSeconds(at), lengths);
        }
    }

    private Arrival Draw(TimeSpan at, Chance lengths)
    {
        if (LengthsOf.Count == 0)
            return new Arrival(at, Prompt.Draw(lengths), Output.Draw(lengths));
        Arrival like = LengthsOf[(int)(lengths.Unit() * LengthsOf.Count)];
        return new Arrival(at, like.PromptTokens, like.OutputTokens);
    }
}
