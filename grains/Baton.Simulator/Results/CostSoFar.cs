using Baton.Simulator.Workers;

namespace Baton.Simulator.Results;

/// <summary>What a simulation has cost at a moment.</summary>
internal sealed record CostSoFar(TimeSpan At, PhaseCost Prefill, PhaseCost Decode);
