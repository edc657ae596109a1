using System.Buffers.Binary;
using Baton.Silo.Handoff;

namespace Baton.Silo.Tests.Handoff.Fuzz;

/// <summary>
/// A client that knows the secret and keeps to the protocol, or not. It foretells each answer and the reason of the end
/// from the bytes alone.
/// </summary>
internal sealed class HostileClient(Random random, long lease, (byte[] Bytes, ulong Checksum)[] bodies, byte[] earlier)
    : ScriptedChannel(random)
{
    private const int RequestBytes = 16;
    private const int MostRequests = 64;

    private readonly byte[] _server = new byte[ProtocolOracle.HelloBytes];
    private readonly byte[] _answers = new byte[MostRequests * 256];
    private int _heard;
    private int _answered;
    private int _answerBytes;
    private bool _isProven;

    /// <summary>Requests that the server has read, whole or not.</summary>
    public int Requests { get; private set; }

    public string Expected { get; private set; } = "";

    /// <summary>Null when everything that was foretold was heard, and nothing else.</summary>
    public string? Difference { get; private set; }

    private ReadOnlySpan<byte> Client => Script[..ProtocolOracle.HelloBytes];

    public HostileClient Begin()
    {
        ProtocolOracle.Hello(Say(ProtocolOracle.HelloBytes), Random);
        if (Random.Next(16) == 0)
            Spoil(0);
        else if (Random.Next(64) == 0)
            earlier.AsSpan(0, ProtocolOracle.HelloBytes).CopyTo(SayAgain(0));
        Expected = ScriptBytes < ProtocolOracle.HelloBytes ? KvClosed.ByPeer
            : ProtocolOracle.Refusal(Client) ?? "";
        return this;
    }

    public void End()
    {
        if (Difference is null && _answered != _answerBytes)
            Difference = $"{_answered} of {_answerBytes} bytes were answered";
    }

    protected override void Heard(ReadOnlySpan<byte> bytes)
    {
        if (Expected.Length > 0 && !_isProven)
            Difference = "a refused client was answered";
        else if (_heard < ProtocolOracle.HelloBytes)
            HeardHello(bytes);
        else if (!_isProven)
            HeardProof(bytes);
        else
            HeardAnswer(bytes);
        _heard += bytes.Length;
    }

    private void HeardHello(ReadOnlySpan<byte> hello)
    {
        hello.CopyTo(_server);
        var start = ScriptBytes;
        ProtocolOracle.Prove(Say(ProtocolOracle.ProofBytes), "client"u8, Client, _server);
        if (Random.Next(16) == 0)
            Spoil(start);
        else if (Random.Next(32) == 0)
            earlier.AsSpan(ProtocolOracle.HelloBytes, ProtocolOracle.ProofBytes).CopyTo(SayAgain(start));
        var proof = Script[start..];
        if (proof.Length < ProtocolOracle.ProofBytes)
            Expected = KvClosed.ByPeer;
        else if (!ProtocolOracle.IsProof(proof, "client"u8, Client, _server))
            Expected = KvClosed.Secret;
    }

    private void HeardProof(ReadOnlySpan<byte> proof)
    {
        if (!ProtocolOracle.IsProof(proof, "server"u8, Client, _server))
            Difference = "the server proved nothing";
        Script[..(ProtocolOracle.HelloBytes + ProtocolOracle.ProofBytes)].CopyTo(earlier);
        _isProven = true;
        var start = ScriptBytes;
        SayRequests();
        Foretell(Script[start..]);
    }

    private void HeardAnswer(ReadOnlySpan<byte> bytes)
    {
        if (_answered + bytes.Length > _answerBytes
            || !bytes.SequenceEqual(_answers.AsSpan(_answered, bytes.Length)))
        {
            Difference ??= $"other bytes than foretold at {_answered}";
        }
        _answered += bytes.Length;
    }

    private void SayRequests()
    {
        var requests = Random.Next(1, MostRequests);
        for (var i = 0; i < requests; i++)
        {
            var start = ScriptBytes;
            var request = Say(RequestBytes);
            "BTKQ"u8.CopyTo(request);
            BinaryPrimitives.WriteInt32LittleEndian(request[4..], Random.Next(bodies.Length + 1));
            BinaryPrimitives.WriteInt64LittleEndian(request[8..], Random.Next(4) == 0 ? Random.NextInt64() : lease);
            switch (Random.Next(96))
            {
                case 0:
                    Spoil(start);
                    break;
                case 1:
                    Random.NextBytes(Say(Random.Next(1, 4096)));
                    return;
                case 2:
                    earlier.AsSpan(0, RequestBytes).CopyTo(SayAgain(start));
                    break;
            }
        }
    }

    private void Foretell(ReadOnlySpan<byte> said)
    {
        for (Expected = KvClosed.ByPeer; said.Length > 0; said = said[RequestBytes..])
        {
            Requests++;
            if (said.Length < RequestBytes)
                return;
            if (!said.StartsWith("BTKQ"u8))
            {
                Expected = KvClosed.Frame;
                return;
            }
            ForetellAnswer(
                BinaryPrimitives.ReadInt32LittleEndian(said[4..]), BinaryPrimitives.ReadInt64LittleEndian(said[8..]));
        }
    }

    private void ForetellAnswer(int number, long asked)
    {
        var (body, checksum) = asked == lease && number >= 0 && number < bodies.Length ? bodies[number] : (null, 0);
        var answer = _answers.AsSpan(_answerBytes);
        "BTKR"u8.CopyTo(answer);
        BinaryPrimitives.WriteUInt32LittleEndian(answer[4..], body is null ? 1u : 0);
        BinaryPrimitives.WriteInt32LittleEndian(answer[8..], number);
        BinaryPrimitives.WriteInt32LittleEndian(answer[12..], body?.Length ?? 0);
        _answerBytes += 16;
        if (body is null)
            return;
        body.CopyTo(answer[16..]);
        BinaryPrimitives.WriteUInt32LittleEndian(answer[(16 + body.Length)..], 0);
        BinaryPrimitives.WriteUInt64LittleEndian(answer[(20 + body.Length)..], checksum);
        _answerBytes += body.Length + 12;
    }
}
