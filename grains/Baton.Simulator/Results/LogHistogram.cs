namespace Baton.Simulator.Results;

/// <summary>Counts positive values in buckets of about one percent, from a microsecond to an hour in milliseconds.</summary>
internal sealed class LogHistogram
{
    private const double Least = 1e-3;
    private const double Most = 3.6e6;

    // Each power of two in parts: 1/64 is 1.6 % wide, so its middle is within 0.8 %.
    private const int PartBits = 6;
    private const int MantissaBits = 52;
    private static readonly long First = BitConverter.DoubleToInt64Bits(Least) >> (MantissaBits - PartBits);

    private readonly long[] _counts = new long[(BitConverter.DoubleToInt64Bits(Most) >> (MantissaBits - PartBits)) - First + 1];

    public long Count { get; private set; }

    public void Add(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(Math.Clamp(value, Least, Most));
        _counts[(bits >> (MantissaBits - PartBits)) - First]++;
        Count++;
    }

    /// <summary>The value below which the share lies; 0 without any.</summary>
    public double Quantile(double share)
    {
        long rank = (long)Math.Ceiling(share * Count);
        long seen = 0;
        for (int i = 0; i < _counts.Length && Count > 0; i++)
        {
            seen += _counts[i];
            if (seen >= Math.Max(1, rank))
                return (Edge(i) + Edge(i + 1)) / 2;
        }

        return 0;
    }

    private static double Edge(int bucket) => BitConverter.Int64BitsToDouble((First + bucket) << (MantissaBits - PartBits));
}
