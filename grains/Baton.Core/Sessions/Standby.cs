using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Baton.Core.Sessions;

/// <summary>
/// Which gateway keeps a copy of a session: the one with the highest hash of session and gateway (rendezvous hashing,
/// Thaler and Ravishankar 1998), so that a dead gateway's sessions spread over all others.
/// </summary>
public static class Standby
{
    /// <param name="requestId">The session.</param>
    /// <param name="owner">The gateway that runs it: never its own standby.</param>
    /// <param name="current">Who keeps a copy now: it goes on while it lives.</param>
    /// <param name="gateways">The live gateways.</param>
    /// <returns>Null when no other gateway lives.</returns>
    public static string? Choose(string requestId, string owner, string? current, IReadOnlyCollection<string> gateways) =>
        current is not null && gateways.Contains(current)
            ? current
            : gateways.Where(g => g != owner).MaxBy(g => Weight(requestId, g));

    private static ulong Weight(string requestId, string gateway) =>
        BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{gateway}\0{requestId}")));
}
