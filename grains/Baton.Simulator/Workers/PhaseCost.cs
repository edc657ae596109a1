namespace Baton.Simulator.Workers;

/// <summary>What the workers of a phase took.</summary>
/// <param name="GpuSeconds">GPUs times seconds, from each worker's order to its end.</param>
/// <param name="Price">What that costs, in the currency of the profiles.</param>
/// <param name="WorkerSeconds">Workers times seconds.</param>
/// <param name="BusySeconds">Of them, those spent in steps.</param>
public readonly record struct PhaseCost(double GpuSeconds, double Price, double WorkerSeconds, double BusySeconds)
{
    public static PhaseCost operator +(PhaseCost a, PhaseCost b) => new(
        a.GpuSeconds + b.GpuSeconds, a.Price + b.Price, a.WorkerSeconds + b.WorkerSeconds, a.BusySeconds + b.BusySeconds);
}
