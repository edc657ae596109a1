namespace Baton.Core.Planning.Forecasts;

/// <summary>Foresees a series of equally spaced values.</summary>
public abstract class Forecaster
{
    /// <summary>For people.</summary>
    public abstract string Name { get; }

    /// <summary>Takes the next value.</summary>
    public abstract void Add(double value);

    /// <summary>The value so many steps after the latest; null while there were too few.</summary>
    public abstract double? Ahead(int steps);
}
