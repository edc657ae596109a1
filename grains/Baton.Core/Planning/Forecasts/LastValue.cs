namespace Baton.Core.Planning.Forecasts;

/// <summary>What was is what will be.</summary>
public sealed class LastValue : Forecaster
{
    private double? _last;

    public override string Name => "last value";

    public override void Add(double value) => _last = value;

    public override double? Ahead(int steps) => _last;
}
