namespace Baton.Host.Api.Http;

internal static partial class ApiLog
{
    [LoggerMessage(1, LogLevel.Error, "Request {RequestId} failed")]
    public static partial void RequestFailed(this ILogger logger, Exception exception, string requestId);

    [LoggerMessage(2, LogLevel.Error, "The stream of request {RequestId} broke")]
    public static partial void StreamFailed(this ILogger logger, Exception exception, string requestId);
}
