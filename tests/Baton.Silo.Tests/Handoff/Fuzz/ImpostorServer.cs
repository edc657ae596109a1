using Baton.Silo.Handoff;

namespace Baton.Silo.Tests.Handoff.Fuzz;

/// <summary>A server's half of the handshake, right or not, and what a client must make of it.</summary>
internal sealed class ImpostorServer(Random random, byte[] earlier) : ScriptedChannel(random)
{
    private readonly byte[] _client = new byte[ProtocolOracle.HelloBytes];
    private int _heard;

    /// <summary>Null when the client must believe it.</summary>
    public string? Expected { get; private set; } = KvClosed.ByPeer;

    protected override void Heard(ReadOnlySpan<byte> bytes)
    {
        if (_heard++ == 0)
            HeardHello(bytes);
        else
            HeardProof(bytes);
    }

    private void HeardHello(ReadOnlySpan<byte> hello)
    {
        hello.CopyTo(_client);
        ProtocolOracle.Hello(Say(ProtocolOracle.HelloBytes), Random);
        switch (Random.Next(8))
        {
            case 0:
                Spoil(0);
                break;
            case 1:
                earlier.AsSpan(0, ProtocolOracle.HelloBytes).CopyTo(SayAgain(0));
                break;
            case 2:
                // Its own nonce back at it.
                _client.CopyTo(SayAgain(0));
                break;
        }
        if (ScriptBytes == ProtocolOracle.HelloBytes)
            Expected = ProtocolOracle.Refusal(Script) ?? KvClosed.Secret;
    }

    private void HeardProof(ReadOnlySpan<byte> proof)
    {
        var start = ScriptBytes;
        var mine = Say(ProtocolOracle.ProofBytes);
        ProtocolOracle.Prove(mine, "server"u8, _client, Script[..start]);
        switch (Random.Next(8))
        {
            case 0:
                Spoil(start);
                break;
            case 1:
                earlier.AsSpan(ProtocolOracle.HelloBytes).CopyTo(SayAgain(start));
                break;
            case 2:
                proof.CopyTo(SayAgain(start));
                break;
        }
        var said = Script[start..];
        Expected = said.Length < ProtocolOracle.ProofBytes ? KvClosed.ByPeer
            : ProtocolOracle.IsProof(said, "server"u8, _client, Script[..start]) ? null
            : KvClosed.Secret;
        if (Expected is null)
            Script.CopyTo(earlier);
    }
}
