namespace Baton.Simulator.Results;

/// <summary>Where the values of a sample lie, in milliseconds; all 0 without any.</summary>
public readonly record struct Percentiles(double P50, double P90, double P99)
{
    /// <summary>Exact; sorts the values.</summary>
    public static Percentiles Of(List<float> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        values.Sort();
        return new Percentiles(At(values, 0.5), At(values, 0.9), At(values, 0.99));
    }

    internal static Percentiles Of(LogHistogram values) =>
        new(values.Quantile(0.5), values.Quantile(0.9), values.Quantile(0.99));

    private static double At(List<float> sorted, double share) =>
        sorted.Count == 0 ? 0 : sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Count) - 1)];
}
