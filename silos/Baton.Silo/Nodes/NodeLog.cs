using Microsoft.Extensions.Logging;

namespace Baton.Silo.Nodes;

internal static partial class NodeLog
{
    [LoggerMessage(1, LogLevel.Debug, "Report to {Gateway} failed: {Reason}")]
    public static partial void ReportFailed(this ILogger logger, string gateway, string reason);

    [LoggerMessage(2, LogLevel.Warning, "Silo {Name} is dead")]
    public static partial void SiloDied(this ILogger logger, string name);

    [LoggerMessage(4, LogLevel.Warning, "The planner did not decide: {Reason}")]
    public static partial void PlannerFailed(this ILogger logger, string reason);

    [LoggerMessage(3, LogLevel.Warning, "After {Seconds} s other gateways have sessions of which there is no copy")]
    public static partial void NotCaughtUp(this ILogger logger, double seconds);
}
