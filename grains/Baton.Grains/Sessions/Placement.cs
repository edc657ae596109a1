using Baton.Contracts;

namespace Baton.Grains.Sessions;

/// <summary>Where an attempt runs.</summary>
/// <param name="Decode">Who decodes.</param>
/// <param name="Prefill">Who hands the KV over: who prefilled, or whom it moves from; null when nobody does.</param>
internal sealed record Placement(WorkerId Decode, WorkerId? Prefill);
