namespace Baton.Contracts.Planning;

/// <summary>Who decides how many workers there are.</summary>
public enum PlanMode
{
    /// <summary>Nobody: the planner says what it would do, and nothing is done.</summary>
    Advisory,

    /// <summary>The planner.</summary>
    Auto,

    /// <summary>An operator; the planner says what it would do.</summary>
    Manual,
}
