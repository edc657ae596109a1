using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Baton.Core.Caching;

/// <summary>Makes the name of a block from its message. Safe for concurrent use.</summary>
public abstract class BlockDigest
{
    public abstract BlockHash Of(ReadOnlySpan<byte> message);
}

/// <summary>HMAC-SHA256 under a secret, cut to 128 bits: nobody without it can build a collision.</summary>
public sealed class SecretDigest(ReadOnlySpan<byte> secret) : BlockDigest
{
    private readonly byte[] _secret = secret.ToArray();

    public override BlockHash Of(ReadOnlySpan<byte> message)
    {
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_secret, message, digest);
        return new BlockHash(
            BinaryPrimitives.ReadUInt64LittleEndian(digest),
            BinaryPrimitives.ReadUInt64LittleEndian(digest[8..]));
    }
}
