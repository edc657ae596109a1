namespace Baton.Host.Hosting;

internal static partial class HostLog
{
    [LoggerMessage(1, LogLevel.Information, "Started {Worker} as process {Process}")]
    public static partial void WorkerStarted(this ILogger logger, string worker, int process);

    [LoggerMessage(2, LogLevel.Warning, "{Worker} ended with exit code {Code}; it is replaced")]
    public static partial void WorkerEnded(this ILogger logger, string worker, int code);

    [LoggerMessage(3, LogLevel.Debug, "{Worker}: {Line}")]
    public static partial void WorkerSaid(this ILogger logger, string worker, string? line);
}
