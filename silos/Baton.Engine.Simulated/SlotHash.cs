namespace Baton.Engine.Simulated;

/// <summary>The arithmetic of simulated KV: 64-bit mixing, nothing secret.</summary>
internal static class SlotHash
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>The value before position 0; not 0, so that empty memory never looks right.</summary>
    public const ulong Start = 0x6A09E667F3BCC909;

    /// <summary>Folds a value into a running hash (the finaliser of SplitMix64).</summary>
    public static ulong Mix(ulong hash, ulong value)
    {
        ulong z = hash + Golden + value * 0xD1342543DE82EF95;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number of 0 to <paramref name="bound"/> - 1.</summary>
    public static int Below(ulong hash, int bound) => (int)Math.BigMul(hash, (ulong)bound, out _);

    /// <summary>A number of 0 (included) to 1 (excluded).</summary>
    public static double Unit(ulong hash) => (hash >> 11) * (1.0 / (1UL << 53));
}
