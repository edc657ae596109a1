using Baton.Contracts;

namespace Baton.Grains.Sessions;

/// <summary>Where an attempt runs.</summary>
/// <param name="Decode">Who decodes.</param>
/// <param name="Prefill">Who prefills; null when decode does.</param>
/// <param name="CachedTokens">Leading prompt positions that decode's prefix cache held.</param>
internal sealed record Placement(WorkerId Decode, WorkerId? Prefill, int CachedTokens);
