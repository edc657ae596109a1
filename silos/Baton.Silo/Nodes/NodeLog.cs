using Microsoft.Extensions.Logging;

namespace Baton.Silo.Nodes;

internal static partial class NodeLog
{
    [LoggerMessage(1, LogLevel.Debug, "Report to {Gateway} failed: {Reason}")]
    public static partial void ReportFailed(this ILogger logger, string gateway, string reason);

    [LoggerMessage(2, LogLevel.Warning, "Silo {Name} is dead")]
    public static partial void SiloDied(this ILogger logger, string name);
}
