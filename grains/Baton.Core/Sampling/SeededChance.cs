namespace Baton.Core.Sampling;

/// <summary>
/// Chance as a pure function: no state, so a draw does not depend on what was drawn before it, beside it or where.
/// </summary>
public static class SeededChance
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>A number of 0 (included) to 1 (excluded) for an output index of a seed.</summary>
    public static double Uniform(ulong seed, int index) =>
        (Mix(Mix(seed) + Golden * ((ulong)index + 1)) >> 11) * (1.0 / (1UL << 53));

    /// <summary>A seed for one of several choices of a request: well apart for neighbouring seeds and choices.</summary>
    public static ulong ForChoice(ulong seed, int choice) =>
        choice == 0 ? seed : Mix(seed ^ Mix(Golden * (ulong)choice));

    // The finaliser of SplitMix64.
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
