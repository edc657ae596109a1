namespace Baton.Testing;

/// <summary>Measurements of one thing.</summary>
public sealed class Samples
{
    private readonly List<double> _values = [];

    public double Median => Percentile(50);

    public void Add(double value) => _values.Add(value);

    /// <summary>The value below which so many percent lie, nearest rank; NaN of nothing.</summary>
    public double Percentile(double percent)
    {
        if (_values.Count == 0)
        {
            return double.NaN;
        }

        var sorted = _values.Order().ToList();
        return sorted[Math.Clamp((int)Math.Ceiling(percent / 100 * sorted.Count) - 1, 0, sorted.Count - 1)];
    }
}
