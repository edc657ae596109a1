using System.IO.Compression;
using Orleans.Serialization;

namespace Baton.Grains.Sessions;

/// <summary>
/// Packs what is kept of ended sessions into about a kilobyte each: there are many, for minutes, and few are read again.
/// Safe for concurrent use.
/// </summary>
public sealed class SessionPacker(Serializer serializer)
{
    // The least that finds repetitions well: a record takes some ten microseconds.
    private const int Quality = 1;
    private const int Window = 16;

    internal byte[] Pack(KeptSession session)
    {
        var plain = serializer.SerializeToArray(session);
        var packed = new byte[sizeof(int) + BrotliEncoder.GetMaxCompressedLength(plain.Length)];
        BitConverter.TryWriteBytes(packed, plain.Length);
        return BrotliEncoder.TryCompress(plain, packed.AsSpan(sizeof(int)), out var written, Quality, Window)
            ? packed[..(sizeof(int) + written)]
            : throw new InvalidOperationException($"A session of {plain.Length} bytes cannot be packed.");
    }

    internal KeptSession Unpack(byte[] packed)
    {
        var plain = new byte[BitConverter.ToInt32(packed)];
        return BrotliDecoder.TryDecompress(packed.AsSpan(sizeof(int)), plain, out var written) && written == plain.Length
            ? serializer.Deserialize<KeptSession>(plain)!
            : throw new InvalidOperationException("A session that was packed cannot be unpacked.");
    }
}
