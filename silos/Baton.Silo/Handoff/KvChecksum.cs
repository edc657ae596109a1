using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baton.Silo.Handoff;

/// <summary>
/// CRC-32C, fed in pieces. The instruction takes three cycles but one can start in each, so long pieces run as three
/// lanes whose registers are joined with a table that shifts one past the next lane.
/// </summary>
public struct KvChecksum
{
    private const int LaneBytes = 4096;
    private const int LaneWords = LaneBytes / sizeof(ulong);

    private static readonly uint[] _shift = BuildShift();

    private uint _register = uint.MaxValue;

    public KvChecksum()
    {
    }

    /// <summary>The checksum of what was appended.</summary>
    public readonly uint Value => ~_register;

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var checksum = new KvChecksum();
        checksum.Append(bytes);
        return checksum.Value;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        var register = _register;
        while (bytes.Length >= 3 * LaneBytes)
        {
            register = AppendLanes(register, MemoryMarshal.Cast<byte, ulong>(bytes[..(3 * LaneBytes)]));
            bytes = bytes[(3 * LaneBytes)..];
        }
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            register = BitOperations.Crc32C(register, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var b in bytes)
            register = BitOperations.Crc32C(register, b);
        _register = register;
    }

    // The unoptimised form of this loop takes ten times as long, and a worker's first handoffs would run it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static uint AppendLanes(uint register, ReadOnlySpan<ulong> words)
    {
        var first = words[..LaneWords];
        var second = words.Slice(LaneWords, LaneWords);
        var third = words.Slice(2 * LaneWords, LaneWords);
        uint a = register, b = 0, c = 0;
        for (var i = 0; i < LaneWords; i++)
        {
            a = BitOperations.Crc32C(a, first[i]);
            b = BitOperations.Crc32C(b, second[i]);
            c = BitOperations.Crc32C(c, third[i]);
        }
        return ShiftLane(ShiftLane(a) ^ b) ^ c;
    }

    /// <summary>The register after one more lane of zeros.</summary>
    private static uint ShiftLane(uint register) =>
        _shift[register & 0xFF] ^ _shift[256 + ((register >> 8) & 0xFF)]
        ^ _shift[512 + ((register >> 16) & 0xFF)] ^ _shift[768 + (register >> 24)];

    private static uint[] BuildShift()
    {
        // The shift is linear over exclusive or: the images of the 32 bits give those of every byte.
        var bits = new uint[32];
        for (var bit = 0; bit < bits.Length; bit++)
        {
            var register = 1u << bit;
            for (var i = 0; i < LaneWords; i++)
                register = BitOperations.Crc32C(register, 0ul);
            bits[bit] = register;
        }
        var table = new uint[4 * 256];
        for (var i = 0; i < table.Length; i++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                if ((i >> bit & 1) != 0)
                    table[i] ^= bits[(i / 256 * 8) + bit];
            }
        }
        return table;
    }
}
