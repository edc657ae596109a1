using System.Buffers.Binary;
using Baton.Core.Caching;

namespace Baton.Simulator.Workers;

/// <summary>
/// Names blocks fast where nobody attacks: two chains of multiply and fold (after wyhash), 128 bits. HMAC, which real
/// workers use, would be most of a simulation's time.
/// </summary>
internal sealed class PlainDigest : BlockDigest
{
    private const ulong First = 0xA0761D6478BD642F;
    private const ulong Second = 0xE7037ED1A0B428DB;

    public override BlockHash Of(ReadOnlySpan<byte> message)
    {
        ulong high = First ^ (ulong)message.Length;
        ulong low = Second;
        while (message.Length >= sizeof(ulong))
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(message);
            high = Fold(high ^ word, First);
            low = Fold(low ^ word, Second) + high;
            message = message[sizeof(ulong)..];
        }

        foreach (byte last in message)
        {
            high = Fold(high ^ last, First);
            low = Fold(low ^ last, Second) + high;
        }

        return new BlockHash(Fold(high ^ low, Second), Fold(low, First ^ high));
    }

    private static ulong Fold(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }
}
