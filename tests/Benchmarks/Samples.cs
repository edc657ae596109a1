namespace Baton.Benchmarks;

/// <summary>Measurements of one thing.</summary>
internal sealed class Samples
{
    private readonly List<double> _values = [];

    public double Median => Percentile(50);

    public void Add(double value) => _values.Add(value);

    /// <summary>The value below which so many percent lie; nearest rank.</summary>
    public double Percentile(double percent)
    {
        var sorted = _values.Order().ToList();
        return sorted[Math.Clamp((int)Math.Ceiling(percent / 100 * sorted.Count) - 1, 0, sorted.Count - 1)];
    }
}
