using System.Security.Cryptography;
using System.Text;

namespace Baton.Silo.Handoff;

/// <summary>
/// Both ends show that they know the cluster secret, without sending it: client hello {magic, version, nonce} -> server
/// hello {the same} -> client proof -> server proof; a proof is HMAC-SHA256 over who speaks and both nonces. The client
/// goes first, so that a stranger who connects learns nothing to guess the secret by.
/// </summary>
internal static class KvHandshake
{
    public const int HelloBytes = 5 + NonceBytes;
    private const int NonceBytes = 32;
    private const int ProofBytes = 32;

    private static ReadOnlySpan<byte> Magic => "BTKV"u8;

    /// <summary>Null when the client has proven itself, else why not.</summary>
    public static string? Accept(Stream channel, string secret)
    {
        var client = new byte[HelloBytes];
        if (!KvWire.Receive(channel, client))
            return KvClosed.ByPeer;
        if (Refusal(client) is { } refusal)
            return refusal;
        var server = Hello();
        channel.Write(server);
        var proof = new byte[ProofBytes];
        if (!KvWire.Receive(channel, proof))
            return KvClosed.ByPeer;
        if (!CryptographicOperations.FixedTimeEquals(proof, Proof(secret, "client", client, server)))
            return KvClosed.Secret;
        channel.Write(Proof(secret, "server", client, server));
        return null;
    }

    /// <summary>Null when the server has proven itself, else why not.</summary>
    public static string? Connect(Stream channel, string secret)
    {
        var client = Hello();
        channel.Write(client);
        var server = new byte[HelloBytes];
        if (!KvWire.Receive(channel, server))
            return KvClosed.ByPeer;
        if (Refusal(server) is { } refusal)
            return refusal;
        channel.Write(Proof(secret, "client", client, server));
        var proof = new byte[ProofBytes];
        if (!KvWire.Receive(channel, proof))
            return KvClosed.ByPeer;
        return CryptographicOperations.FixedTimeEquals(proof, Proof(secret, "server", client, server))
            ? null
            : KvClosed.Secret;
    }

    private static byte[] Hello() =>
        [.. Magic, KvWire.Version, .. RandomNumberGenerator.GetBytes(NonceBytes)];

    private static string? Refusal(ReadOnlySpan<byte> hello) =>
        !hello.StartsWith(Magic) ? KvClosed.Frame
        : hello[Magic.Length] != KvWire.Version ? KvClosed.Version
        : null;

    private static byte[] Proof(string secret, string speaker, byte[] client, byte[] server) => HMACSHA256.HashData(
        Encoding.UTF8.GetBytes(secret),
        (byte[])[.. Encoding.UTF8.GetBytes(speaker), .. client, .. server]);
}
