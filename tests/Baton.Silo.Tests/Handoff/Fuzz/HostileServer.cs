using System.Buffers.Binary;

namespace Baton.Silo.Tests.Handoff.Fuzz;

/// <summary>What a server answers to pulls of one size, right or not, and what a client must make of it.</summary>
internal sealed class HostileServer(Random random, int blocks, int blockBytes) : ScriptedChannel(random)
{
    private const int HeadBytes = 16;
    private const int TrailerBytes = 12;
    private readonly int _bodyBytes = blocks * blockBytes;
    private int _at;

    /// <summary>How the client's next pull must end.</summary>
    public enum End
    {
        Broken,
        LeaseEnded,
        Corrupt,
        Came,
    }

    /// <summary>The body of the answer that was foretold last.</summary>
    public byte[] Body { get; } = new byte[blocks * blockBytes];

    public HostileServer Begin(int answers)
    {
        for (var number = 0; number < answers; number++)
        {
            var start = ScriptBytes;
            SayAnswer(number);
            if (Random.Next(12) == 0)
                Spoil(start);
            else if (Random.Next(24) == 0)
                SpoilField(start);
        }
        return this;
    }

    /// <summary>Reads on in the script as a client that has asked for <paramref name="number"/> must.</summary>
    public End Foretell(int number)
    {
        var said = Script[_at..];
        if (said.Length < HeadBytes || !said.StartsWith("BTKR"u8))
            return End.Broken;
        var status = BinaryPrimitives.ReadUInt32LittleEndian(said[4..]);
        var length = BinaryPrimitives.ReadInt32LittleEndian(said[12..]);
        if (status > 1 || length != (status == 0 ? _bodyBytes : 0)
            || BinaryPrimitives.ReadInt32LittleEndian(said[8..]) != number)
        {
            return End.Broken;
        }
        _at += HeadBytes;
        if (status == 1)
            return End.LeaseEnded;
        if (said.Length < HeadBytes + _bodyBytes + TrailerBytes)
            return End.Broken;
        said.Slice(HeadBytes, _bodyBytes).CopyTo(Body);
        _at += _bodyBytes + TrailerBytes;
        var trailer = said[(HeadBytes + _bodyBytes)..];
        return BinaryPrimitives.ReadUInt32LittleEndian(trailer) != 0 ? End.LeaseEnded
            : BinaryPrimitives.ReadUInt64LittleEndian(trailer[4..]) != ProtocolOracle.Checksum(Body, blockBytes) ? End.Corrupt
            : End.Came;
    }

    protected override void Heard(ReadOnlySpan<byte> bytes) => throw new InvalidOperationException("A reader wrote.");

    private void SayAnswer(int number)
    {
        var isOk = Random.Next(5) > 0;
        var head = Say(HeadBytes);
        "BTKR"u8.CopyTo(head);
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], isOk ? 0u : 1);
        BinaryPrimitives.WriteInt32LittleEndian(head[8..], number);
        BinaryPrimitives.WriteInt32LittleEndian(head[12..], isOk ? _bodyBytes : 0);
        if (!isOk)
            return;
        var body = Say(_bodyBytes);
        Random.NextBytes(body);
        var trailer = Say(TrailerBytes);
        BinaryPrimitives.WriteInt32LittleEndian(trailer, Random.Next(8) == 0 ? 1 : 0);
        BinaryPrimitives.WriteUInt64LittleEndian(trailer[4..], ProtocolOracle.Checksum(body, blockBytes));
    }

    /// <summary>A status, number or length that no honest server sends.</summary>
    private void SpoilField(int start) => BinaryPrimitives.WriteInt32LittleEndian(
        SayAgain(start)[(4 * Random.Next(1, 4))..],
        Random.Next(4) switch
        {
            0 => int.MaxValue,
            1 => int.MinValue,
            2 => -1,
            _ => _bodyBytes + Random.Next(-1, 2),
        });
}
