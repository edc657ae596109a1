using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Baton.Silo.Tests.Handoff.Fuzz;

/// <summary>The byte channel's protocol as its description has it, written a second time.</summary>
internal static class ProtocolOracle
{
    public const int HelloBytes = 37;
    public const int ProofBytes = 32;

    private static readonly byte[] _secret = Encoding.UTF8.GetBytes(HandoffRig.Secret);

    public static void Hello(Span<byte> hello, Random random)
    {
        random.NextBytes(hello);
        "BTKV"u8.CopyTo(hello);
        hello[4] = 2;
    }

    public static void Prove(Span<byte> proof, ReadOnlySpan<byte> speaker, ReadOnlySpan<byte> client, ReadOnlySpan<byte> server)
    {
        Span<byte> said = stackalloc byte[6 + 2 * HelloBytes];
        speaker.CopyTo(said);
        client.CopyTo(said[6..]);
        server.CopyTo(said[(6 + HelloBytes)..]);
        HMACSHA256.HashData(_secret, said, proof);
    }

    public static bool IsProof(
        ReadOnlySpan<byte> proof, ReadOnlySpan<byte> speaker, ReadOnlySpan<byte> client, ReadOnlySpan<byte> server)
    {
        Span<byte> right = stackalloc byte[ProofBytes];
        Prove(right, speaker, client, server);
        return proof.SequenceEqual(right);
    }

    /// <summary>XXH3 of each block's sums and what is left of it, seeded with that of the block before.</summary>
    public static ulong Checksum(ReadOnlySpan<byte> body, int blockBytes)
    {
        var value = 0ul;
        for (var at = 0; at < body.Length; at += blockBytes)
        {
            var block = body.Slice(at, blockBytes);
            var (sum, sums) = (new ulong[8], new ulong[8]);
            for (; block.Length >= 64; block = block[64..])
            {
                for (var lane = 0; lane < 8; lane++)
                {
                    sum[lane] += BitConverter.ToUInt64(block[(8 * lane)..]);
                    sums[lane] += sum[lane];
                }
            }
            var hash = new XxHash3((long)value);
            hash.Append(MemoryMarshal.AsBytes<ulong>(sum));
            hash.Append(MemoryMarshal.AsBytes<ulong>(sums));
            hash.Append(block);
            value = hash.GetCurrentHashAsUInt64();
        }
        return value;
    }

    public static string? Refusal(ReadOnlySpan<byte> hello) =>
        !hello.StartsWith("BTKV"u8) ? "frame" : hello[4] != 2 ? "version" : null;
}
