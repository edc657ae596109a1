using Microsoft.Extensions.Logging;

namespace Baton.Grains.Sessions;

internal static partial class SessionLog
{
    [LoggerMessage(1, LogLevel.Error, "Session {RequestId} failed inside the server")]
    public static partial void DriverFailed(this ILogger logger, Exception exception, string requestId);
}
