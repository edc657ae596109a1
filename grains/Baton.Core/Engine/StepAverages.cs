namespace Baton.Core.Engine;

/// <summary>What an engine knows of its load beside its scheduler; see <see cref="EngineLoad"/>.</summary>
/// <param name="Steps">Steps run since the start.</param>
/// <param name="StepTime">Moving average of the time of a step.</param>
/// <param name="PrefillTokensPerSecond">Moving average over steps that prefill.</param>
/// <param name="ReservationsWaiting">Sequences that wait for blocks to reserve.</param>
public readonly record struct StepAverages(
    long Steps, TimeSpan StepTime, double PrefillTokensPerSecond, int ReservationsWaiting);
