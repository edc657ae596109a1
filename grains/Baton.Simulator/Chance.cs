namespace Baton.Simulator;

/// <summary>Draws by a seed; each purpose has a sequence of its own, so that one does not shift another.</summary>
internal sealed class Chance(int seed, Chance.Purpose purpose)
{
    // Steele, Lea and Flood's SplitMix64 (2014): the same on every machine and in every version of the runtime.
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _state = Mix(((ulong)(uint)seed << 8) | (byte)purpose);

    public enum Purpose
    {
        Arrivals,
        Lengths,
        Jitter,
        Faults,
    }

    /// <summary>From 0 up to but not including 1.</summary>
    public double Unit()
    {
        _state += Golden;
        return (Mix(_state) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>Standard normal (Box and Muller, 1958).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Unit())) * Math.Cos(2 * Math.PI * Unit());

    /// <summary>Exponential with mean 1.</summary>
    public double Exponential() => -Math.Log(1 - Unit());

    /// <summary>Gamma with mean 1 and the squared coefficient of variation given (Marsaglia and Tsang, 2000).</summary>
    public double Gamma(double variation)
    {
        double shape = 1 / variation;

        // Below shape 1 that of one more, taken down by a power.
        double boost = shape < 1 ? Math.Pow(1 - Unit(), variation) : 1;
        double d = (shape < 1 ? shape + 1 : shape) - (1.0 / 3);
        double c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = Normal();
            double v = Math.Pow(1 + (c * x), 3);
            if (v > 0 && Math.Log(1 - Unit()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
                return d * v * boost * variation;
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
