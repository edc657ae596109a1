namespace Baton.Host.Hosting;

internal static partial class HostLog
{
    [LoggerMessage(1, LogLevel.Information, "Started {Worker} as process {Process}")]
    public static partial void WorkerStarted(this ILogger logger, string worker, int process);

    [LoggerMessage(2, LogLevel.Warning, "{Worker} ended with exit code {Code}; it is replaced")]
    public static partial void WorkerEnded(this ILogger logger, string worker, int code);

    [LoggerMessage(8, LogLevel.Information, "{Worker} drains and goes on as {Next}, in the same process")]
    public static partial void WorkerConverts(this ILogger logger, string worker, string next);

    [LoggerMessage(9, LogLevel.Warning, "{Worker} has not changed its role in time; it is replaced")]
    public static partial void WorkerDidNotConvert(this ILogger logger, string worker);

    [LoggerMessage(10, LogLevel.Warning, "{Worker} hangs, and the cluster has given it up; it is replaced")]
    public static partial void WorkerHangs(this ILogger logger, string worker);

    [LoggerMessage(11, LogLevel.Error, "{Worker} cannot be started: {Reason}")]
    public static partial void WorkerCannotStart(this ILogger logger, string worker, string reason);

    [LoggerMessage(3, LogLevel.Debug, "{Worker}: {Line}")]
    public static partial void WorkerSaid(this ILogger logger, string worker, string? line);

    [LoggerMessage(4, LogLevel.Information, "Draining: {Left} left to finish")]
    public static partial void Draining(this ILogger logger, int left);

    [LoggerMessage(5, LogLevel.Warning, "The drain timed out with {Left} left")]
    public static partial void DrainTimedOut(this ILogger logger, int left);

    [LoggerMessage(6, LogLevel.Error, "The engine of {Worker} failed: this process leaves")]
    public static partial void EngineStopped(this ILogger logger, Exception? exception, string worker);

    [LoggerMessage(7, LogLevel.Warning, "The parent is gone and no gateway answers: this worker leaves")]
    public static partial void Orphaned(this ILogger logger);
}
