using Baton.Contracts.Sessions;

namespace Baton.Grains.Sessions;

/// <summary>What is kept of a session that has ended.</summary>
/// <param name="Request">What was asked for.</param>
/// <param name="Log">Its whole log.</param>
/// <param name="View">What happened; null where only a copy is kept.</param>
[GenerateSerializer, Immutable, Alias("baton.KeptSession")]
internal sealed record KeptSession(GenerationRequest Request, CompactEvents Log, SessionView? View = null);
