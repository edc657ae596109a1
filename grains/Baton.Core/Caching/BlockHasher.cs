using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Baton.Core.Caching;

/// <summary>
/// Chained block hashes, by HMAC-SHA256 under the cluster's secret unless another digest is given. Two workers with one
/// secret name equal blocks equally; a tenant who does not know it can neither build a collision nor name another's block.
/// Immutable and safe for concurrent use.
/// </summary>
public sealed class BlockHasher
{
    private const int HashBytes = 16;
    private const byte RootTag = 0;
    private const byte BlockTag = 1;

    private readonly BlockDigest _digest;
    private readonly int _blockTokens;

    public BlockHasher(ReadOnlySpan<byte> secret, int blockTokens)
        : this(new SecretDigest(secret), blockTokens)
    {
    }

    public BlockHasher(BlockDigest digest, int blockTokens)
    {
        ArgumentNullException.ThrowIfNull(digest);
        ArgumentOutOfRangeException.ThrowIfLessThan(blockTokens, 1);
        _digest = digest;
        _blockTokens = blockTokens;
    }

    /// <summary>The parent of a sequence's first block; differs by salt, so tenants do not share.</summary>
    public BlockHash Root(string salt)
    {
        ArgumentNullException.ThrowIfNull(salt);
        return _digest.Of([RootTag, .. Encoding.UTF8.GetBytes(salt)]);
    }

    /// <summary>The hash of a full block that follows <paramref name="parent"/>.</summary>
    public BlockHash Next(BlockHash parent, ReadOnlySpan<int> blockTokens)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(blockTokens.Length, _blockTokens);
        int length = 1 + HashBytes + blockTokens.Length * sizeof(int);
        Span<byte> message = length <= 512 ? stackalloc byte[length] : new byte[length];
        message[0] = BlockTag;
        BinaryPrimitives.WriteUInt64LittleEndian(message[1..], parent.High);
        BinaryPrimitives.WriteUInt64LittleEndian(message[9..], parent.Low);
        WriteTokens(blockTokens, message[(1 + HashBytes)..]);
        return _digest.Of(message);
    }

    /// <summary>Extends a chain to all full blocks of <paramref name="tokens"/>.</summary>
    /// <param name="salt">The salt of the sequence.</param>
    /// <param name="tokens">The sequence from its start.</param>
    /// <param name="chain">Hashes of its leading blocks, possibly none; the rest is added.</param>
    public void Extend(string salt, ReadOnlySpan<int> tokens, List<BlockHash> chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        int full = tokens.Length / _blockTokens;
        if (chain.Count >= full)
            return;
        BlockHash parent = chain.Count == 0 ? Root(salt) : chain[^1];
        for (int block = chain.Count; block < full; block++)
        {
            parent = Next(parent, tokens.Slice(block * _blockTokens, _blockTokens));
            chain.Add(parent);
        }
    }

    private static void WriteTokens(ReadOnlySpan<int> tokens, Span<byte> destination)
    {
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(tokens).CopyTo(destination);
            return;
        }

        for (int i = 0; i < tokens.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(destination[(i * sizeof(int))..], tokens[i]);
    }
}
