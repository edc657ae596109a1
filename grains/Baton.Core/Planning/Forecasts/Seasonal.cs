namespace Baton.Core.Planning.Forecasts;

/// <summary>Holt and Winters' additive seasons on a level without trend; known after one whole season.</summary>
public sealed class Seasonal(int period, double levelShare, double seasonShare) : Forecaster
{
    private readonly double[] _season = new double[period];
    private double _level;
    private long _count;

    public override string Name => $"seasons of {period}";

    public override void Add(double value)
    {
        int at = (int)(_count % period);
        if (_count < period)
        {
            _season[at] = value;
            _level += (value - _level) / (_count + 1);
            if (_count + 1 == period)
                for (int i = 0; i < period; i++)
                    _season[i] -= _level;
        }
        else
        {
            double level = _level;
            _level += levelShare * (value - _season[at] - _level);
            _season[at] += seasonShare * (value - level - _season[at]);
        }

        _count++;
    }

    public override double? Ahead(int steps) =>
        _count < period ? null : Math.Max(0, _level + _season[(int)((_count + steps - 1) % period)]);
}
