namespace Baton.Core.Planning.Forecasts;

/// <summary>The mean of the latest values.</summary>
public sealed class MovingAverage(int window) : Forecaster
{
    private readonly Queue<double> _values = new(window);

    public override string Name => $"moving average of {window}";

    public override void Add(double value)
    {
        if (_values.Count == window)
            _values.Dequeue();
        _values.Enqueue(value);
    }

    public override double? Ahead(int steps) => _values.Count == 0 ? null : _values.Average();
}
