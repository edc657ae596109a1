namespace Baton.Core.Costs;

/// <summary>A profile as measured, and how well it fits.</summary>
/// <param name="Profile">The profile.</param>
/// <param name="PrefillSteps">Steps that its prefill costs were fitted to; 0 where they were not.</param>
/// <param name="PrefillError">Median relative error over them.</param>
/// <param name="DecodeSteps">Steps that its decode costs were fitted to.</param>
/// <param name="DecodeError">Median relative error over them.</param>
public sealed record FittedProfile(
    WorkerProfile Profile, int PrefillSteps, double PrefillError, int DecodeSteps, double DecodeError);
