using Microsoft.Extensions.Logging;

namespace Baton.Silo.Workers;

internal static partial class WorkerLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Worker} lost gateway {Gateway}: its sequences are released")]
    public static partial void GatewayLost(this ILogger logger, string worker, string gateway);

    [LoggerMessage(2, LogLevel.Error, "The engine of {Worker} stopped")]
    public static partial void EngineStopped(this ILogger logger, Exception? exception, string worker);

    [LoggerMessage(3, LogLevel.Information, "Draining: waiting for {Sequences} sequences")]
    public static partial void Draining(this ILogger logger, int sequences);

    [LoggerMessage(4, LogLevel.Warning, "Drain timed out with {Sequences} sequences left")]
    public static partial void DrainTimedOut(this ILogger logger, int sequences);
}
