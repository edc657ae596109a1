using Baton.Simulator.Results;
using Baton.Simulator.Workloads;

namespace Baton.Simulator.Placement;

/// <summary>The highest rate at which a cluster meets its goal, by bisection on simulations (DistServe, OSDI 2024, section 4).</summary>
public sealed class GoodputSearch(Goal goal, SyntheticWorkload workload)
{
    private const double Within = 0.02;
    private const double FirstRatePerWorker = 0.5;
    private const double LeastRatePerWorker = 1.0 / 128;
    private const double MostRate = 1e5;

    /// <summary>Fewest requests of a simulation: of a few one does not see that a cluster falls behind.</summary>
    public int LeastRequests { get; init; } = 1000;

    /// <summary>Requests of a simulation for each worker.</summary>
    public int RequestsPerWorker { get; init; } = 300;

    /// <summary>Simulations that were run.</summary>
    public int Runs { get; private set; }

    /// <summary>Requests a second, within two percent; 0 where not even one in two minutes for each worker is served in time.</summary>
    public double Goodput(SimulationOptions cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        int workers = cluster.Prefill.Concat(cluster.Decode).Sum(g => g.Count);
        (double low, double high) = Bracket(cluster, workers);
        while (high - low > Within * high)
        {
            double middle = (low + high) / 2;
            (low, high) = IsServed(cluster, workers, middle) ? (middle, high) : (low, middle);
        }

        return low;
    }

    // Doubles up or halves down to where the answer changes.
    private (double Low, double High) Bracket(SimulationOptions cluster, int workers)
    {
        double rate = FirstRatePerWorker * workers;
        if (IsServed(cluster, workers, rate))
        {
            while (rate < MostRate && IsServed(cluster, workers, rate * 2))
                rate *= 2;
            return (rate, rate * 2);
        }

        double least = LeastRatePerWorker * workers;
        while (rate > least && !IsServed(cluster, workers, rate / 2))
            rate /= 2;
        return rate > least ? (rate / 2, rate) : (0, 0);
    }

    private bool IsServed(SimulationOptions cluster, int workers, double rate)
    {
        Runs++;
        int requests = Math.Max(LeastRequests, RequestsPerWorker * workers);
        SimulationResult result = Simulation.Run(
            cluster with { Slo = goal.Slo }, (workload with { Rate = rate, Requests = requests }).Arrivals());
        return goal.IsMet(result.Attainment);
    }
}
