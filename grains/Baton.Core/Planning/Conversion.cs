namespace Baton.Core.Planning;

/// <summary>A worker that goes on in the other phase, in place of one that leaves and one that starts.</summary>
/// <param name="Worker">Its name now.</param>
/// <param name="To">The phase it will serve.</param>
/// <param name="Why">For people.</param>
public sealed record Conversion(string Worker, Phase To, string Why);
