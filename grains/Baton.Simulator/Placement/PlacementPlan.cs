using Baton.Core.Costs;

namespace Baton.Simulator.Placement;

/// <summary>An answer to how many GPUs shall do what.</summary>
/// <param name="PrefillRates">Requests a second of one worker that only prefills, by its profile's name.</param>
/// <param name="DecodeRates">Requests a second of one worker that only decodes.</param>
/// <param name="Deployments">What was tried on all GPUs, best goodput for each GPU first.</param>
/// <param name="Runs">Simulations that were run.</param>
public sealed record PlacementPlan(
    IReadOnlyDictionary<string, double> PrefillRates,
    IReadOnlyDictionary<string, double> DecodeRates,
    IReadOnlyList<Deployment> Deployments,
    int Runs)
{
    // Two simulated rates are within two percent each.
    private const double Noise = 1.04;

    public Deployment Best => Deployments[0];

    public Deployment? BestDisaggregated => Deployments.FirstOrDefault(d => d.Shape == ServingShape.Disaggregated);

    public Deployment? BestColocated => Deployments.FirstOrDefault(d => d.Shape != ServingShape.Disaggregated);

    /// <summary>
    /// Workers that a rate needs, each phase on the hardware that serves most of it for its price: as many as there are
    /// times what one is good for (DistServe, OSDI 2024, algorithm 1). Null where a phase has no such hardware.
    /// </summary>
    /// <param name="rate">Requests a second.</param>
    /// <param name="profiles">The hardware of the plan.</param>
    public (WorkerGroup Prefill, WorkerGroup Decode)? For(double rate, IReadOnlyList<WorkerProfile> profiles)
    {
        ArgumentNullException.ThrowIfNull(profiles);
        return Cheapest(rate, PrefillRates, profiles) is { } prefill && Cheapest(rate, DecodeRates, profiles) is { } decode
            ? (prefill, decode)
            : null;
    }

    private static WorkerGroup? Cheapest(
        double rate, IReadOnlyDictionary<string, double> rates, IReadOnlyList<WorkerProfile> profiles) => profiles
        .Where(p => rates[p.Name] > 0)
        .Select(p => new WorkerGroup(p, (int)Math.Ceiling(rate / rates[p.Name])))
        .MinBy(g => g.Count * g.Profile.PricePerHour);

    /// <summary>Whether disaggregation pays, in one sentence.</summary>
    public string Verdict
    {
        get
        {
            if (Best.Goodput <= 0)
                return "Nothing meets these targets, at whatever rate: they are out of this hardware's reach.";
            if (BestDisaggregated is not { Goodput: > 0 } apart)
                return "Disaggregation cannot meet these targets here; colocated workers can.";
            if (BestColocated is not { Goodput: > 0 } together)
                return "Only disaggregation meets these targets.";
            double gain = apart.GoodputPerGpu / together.GoodputPerGpu;
            return gain > Noise ? FormattableString.Invariant(
                    $"Disaggregation pays: {gain:0.00} times the goodput for each GPU of the best colocated way ({together}).")
                : gain < 1 / Noise ? FormattableString.Invariant(
                    $"Disaggregation does not pay: {together} serves {1 / gain:0.00} times as much for each GPU.")
                : FormattableString.Invariant(
                    $"It makes no difference worth the trouble: disaggregated and colocated ({together}) are within {Math.Abs(gain - 1) * 100:0} %.");
        }
    }
}
