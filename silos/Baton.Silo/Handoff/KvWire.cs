using System.Buffers.Binary;

namespace Baton.Silo.Handoff;

/// <summary>
/// Frames of the byte channel; every one has a fixed size, and numbers are little-endian. After the handshake:
/// request {magic, number, lease} -> response {magic, status, number, length}, then, if the status is
/// <see cref="Ok"/>, that many bytes and a trailer {status, <see cref="KvChecksum"/>} that says whether the lease held
/// to the end, and what was sent.
/// </summary>
internal static class KvWire
{
    public const byte Version = 2;
    public const int RequestBytes = 16;
    public const int ResponseBytes = 16;
    public const int TrailerBytes = 12;

    public const uint Ok = 0;
    public const uint LeaseEnded = 1;

    private const uint RequestMagic = 0x514B5442;
    private const uint ResponseMagic = 0x524B5442;

    public static void WriteRequest(Span<byte> frame, long lease, int number)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(frame, RequestMagic);
        BinaryPrimitives.WriteInt32LittleEndian(frame[4..], number);
        BinaryPrimitives.WriteInt64LittleEndian(frame[8..], lease);
    }

    public static bool TryReadRequest(ReadOnlySpan<byte> frame, out long lease, out int number)
    {
        number = BinaryPrimitives.ReadInt32LittleEndian(frame[4..]);
        lease = BinaryPrimitives.ReadInt64LittleEndian(frame[8..]);
        return BinaryPrimitives.ReadUInt32LittleEndian(frame) == RequestMagic;
    }

    public static void WriteResponse(Span<byte> frame, uint status, int number, int length)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(frame, ResponseMagic);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], status);
        BinaryPrimitives.WriteInt32LittleEndian(frame[8..], number);
        BinaryPrimitives.WriteInt32LittleEndian(frame[12..], length);
    }

    public static bool TryReadResponse(ReadOnlySpan<byte> frame, out uint status, out int number, out int length)
    {
        status = BinaryPrimitives.ReadUInt32LittleEndian(frame[4..]);
        number = BinaryPrimitives.ReadInt32LittleEndian(frame[8..]);
        length = BinaryPrimitives.ReadInt32LittleEndian(frame[12..]);
        return BinaryPrimitives.ReadUInt32LittleEndian(frame) == ResponseMagic;
    }

    public static void WriteTrailer(Span<byte> frame, uint status, ulong checksum)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(frame, status);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[4..], checksum);
    }

    public static (uint Status, ulong Checksum) ReadTrailer(ReadOnlySpan<byte> frame) =>
        (BinaryPrimitives.ReadUInt32LittleEndian(frame), BinaryPrimitives.ReadUInt64LittleEndian(frame[4..]));

    /// <summary>False when the peer closed before all of it came.</summary>
    public static bool Receive(Stream channel, Span<byte> frame) =>
        channel.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false) == frame.Length;
}
