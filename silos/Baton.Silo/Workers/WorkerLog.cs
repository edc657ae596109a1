using Microsoft.Extensions.Logging;

namespace Baton.Silo.Workers;

internal static partial class WorkerLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Worker} lost gateway {Gateway}: its sequences are released")]
    public static partial void GatewayLost(this ILogger logger, string worker, string gateway);
}
