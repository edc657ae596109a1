using Baton.Core.Costs;

namespace Baton.Simulator;

/// <summary>Equal workers of a phase.</summary>
public sealed record WorkerGroup(WorkerProfile Profile, int Count);
