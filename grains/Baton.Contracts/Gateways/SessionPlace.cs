namespace Baton.Contracts.Gateways;

/// <summary>What a gateway knows of where a session is.</summary>
/// <param name="Address">Its activation there; null when it is not there.</param>
/// <param name="IsSettled">Whether that activation has made sure that it is the only one.</param>
/// <param name="Owner">The silo of the gateway that runs it, of which a copy is kept there; null when none is.</param>
[GenerateSerializer, Immutable, Alias("baton.SessionPlace")]
public sealed record SessionPlace(GrainAddress? Address, bool IsSettled, string? Owner);
