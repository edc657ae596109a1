namespace Baton.Core.Planning.Forecasts;

/// <summary>
/// Several forecasters beside each other: each forecast is kept until its time has come and is then judged; the one whose
/// forecasts have erred least of late speaks. A backtest that goes along, at a constant price for each value.
/// </summary>
public sealed class BestForecast
{
    // About the last fifty judgements.
    private const double NewestShare = 0.04;

    private int _ahead = 1;
    private readonly (Forecaster Forecaster, Queue<double?> Made, double? Error)[] _entries;

    /// <param name="forecasters">Of equals the first is taken.</param>
    public BestForecast(params Forecaster[] forecasters)
    {
        ArgumentNullException.ThrowIfNull(forecasters);
        _entries = [.. forecasters.Select(f => (f, new Queue<double?>(), (double?)null))];
    }

    /// <summary>From now on it looks ahead so many steps. Forecasts for another distance are not judged any more.</summary>
    public void LookAhead(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        if (steps == _ahead)
            return;
        _ahead = steps;
        foreach (ref var entry in _entries.AsSpan())
            entry.Made.Clear();
    }

    public void Add(double value)
    {
        foreach (ref var entry in _entries.AsSpan())
        {
            if (entry.Made.Count == _ahead && entry.Made.Dequeue() is { } made)
            {
                double error = Math.Abs(made - value);
                entry.Error = entry.Error is { } e ? e + (NewestShare * (error - e)) : error;
            }

            entry.Forecaster.Add(value);
            entry.Made.Enqueue(entry.Forecaster.Ahead(_ahead));
        }
    }

    /// <summary>The forecast, by whom, and its mean error of late; zero before the first value.</summary>
    public (double Value, string By, double? Error) Forecast()
    {
        var speaking = _entries
            .Where(e => e.Forecaster.Ahead(_ahead) is not null)
            .OrderBy(e => e.Error ?? double.MaxValue)
            .FirstOrDefault();
        return speaking.Forecaster is { } f ? (f.Ahead(_ahead)!.Value, f.Name, speaking.Error) : (0, "nothing yet", null);
    }
}
