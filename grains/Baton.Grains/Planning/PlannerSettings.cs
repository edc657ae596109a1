using Baton.Contracts.Planning;
using Baton.Core.Planning;

namespace Baton.Grains.Planning;

/// <summary>How this cluster is sized.</summary>
public sealed record PlannerSettings
{
    public PlannerOptions Options { get; init; } = new();

    /// <summary>Who decides while no operator does.</summary>
    public PlanMode Standing { get; init; } = PlanMode.Advisory;

    /// <summary>How long a worker takes to start: so far the planner looks ahead.</summary>
    public TimeSpan Start { get; init; } = TimeSpan.FromSeconds(3);
}
