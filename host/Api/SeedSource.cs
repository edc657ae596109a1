using System.Security.Cryptography;

namespace Baton.Host.Api;

/// <summary>Seeds for requests that bring none.</summary>
/// <param name="Next">Draws a seed; safe for concurrent use.</param>
public sealed record SeedSource(Func<ulong> Next)
{
    /// <summary>Seeds that nobody can guess.</summary>
    public static SeedSource Unpredictable { get; } =
        new(static () => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))));
}
