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
    public static async Task<string?> Accept(Stream channel, string secret, CancellationToken cancellationToken)
    {
        var client = new byte[HelloBytes];
        if (!await KvWire.Receive(channel, client, cancellationToken))
            return KvClosed.ByPeer;
        if (Refusal(client) is { } refusal)
            return refusal;
        var server = Hello();
        await KvWire.Send(channel, server, cancellationToken);
        var proof = new byte[ProofBytes];
        if (!await KvWire.Receive(channel, proof, cancellationToken))
            return KvClosed.ByPeer;
        if (!CryptographicOperations.FixedTimeEquals(proof, Proof(secret, "client", client, server)))
            return KvClosed.Secret;
        await KvWire.Send(channel, Proof(secret, "server", client, server), cancellationToken);
        return null;
    }

    /// <summary>Null when the server has proven itself, else why not.</summary>
    public static async Task<string?> Connect(Stream channel, string secret, CancellationToken cancellationToken)
    {
        var client = Hello();
        await KvWire.Send(channel, client, cancellationToken);
        var server = new byte[HelloBytes];
        if (!await KvWire.Receive(channel, server, cancellationToken))
            return KvClosed.ByPeer;
        if (Refusal(server) is { } refusal)
            return refusal;
        await KvWire.Send(channel, Proof(secret, "client", client, server), cancellationToken);
        var proof = new byte[ProofBytes];
        if (!await KvWire.Receive(channel, proof, cancellationToken))
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
