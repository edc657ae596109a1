namespace Baton.Core.Sampling;

/// <summary>A logit and its token in one number that sorts by logit, then by lower token id.</summary>
internal static class RankedLogit
{
    private const uint Sign = 0x8000_0000;

    public static ulong Of(float logit, int token)
    {
        uint bits = BitConverter.SingleToUInt32Bits(logit);

        // Order of floats as unsigned numbers: negative ones reversed and below the positive ones.
        bits = (bits & Sign) != 0 ? ~bits : bits | Sign;
        return (ulong)bits << 32 | ~(uint)token;
    }

    public static int Token(ulong ranked) => (int)~(uint)ranked;

    public static float Value(ulong ranked)
    {
        uint bits = (uint)(ranked >> 32);
        return BitConverter.UInt32BitsToSingle((bits & Sign) != 0 ? bits & ~Sign : ~bits);
    }
}
