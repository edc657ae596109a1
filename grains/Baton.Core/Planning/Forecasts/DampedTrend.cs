namespace Baton.Core.Planning.Forecasts;

/// <summary>
/// Holt's level and trend, the trend fading with each step (Gardner and McKenzie, 1985): a ramp is foreseen, and does not
/// run away.
/// </summary>
public sealed class DampedTrend(double levelShare, double trendShare, double damping) : Forecaster
{
    private double? _level;
    private double _trend;

    public override string Name => "damped trend";

    public override void Add(double value)
    {
        if (_level is not { } level)
        {
            _level = value;
            return;
        }

        double foreseen = level + (damping * _trend);
        double next = foreseen + (levelShare * (value - foreseen));
        _trend = (trendShare * (next - level)) + ((1 - trendShare) * damping * _trend);
        _level = next;
    }

    public override double? Ahead(int steps)
    {
        double sum = damping == 1 ? steps : damping * (1 - Math.Pow(damping, steps)) / (1 - damping);
        return _level is { } level ? Math.Max(0, level + (sum * _trend)) : null;
    }
}
