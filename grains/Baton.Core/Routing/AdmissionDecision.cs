namespace Baton.Core.Routing;

/// <summary>Whether a request is taken, with its reasons.</summary>
/// <param name="Refusal">Why not; null when it is taken.</param>
/// <param name="PrefillLoad">Its expected time to the first token, as a share of the target.</param>
/// <param name="DecodeLoad">The expected time of a token, or fill of the pools, as a share of what may be.</param>
/// <param name="RetryAfter">When it is worth to ask again.</param>
public sealed record AdmissionDecision(string? Refusal, double PrefillLoad, double DecodeLoad, TimeSpan RetryAfter)
{
    public bool IsAccepted => Refusal is null;
}
