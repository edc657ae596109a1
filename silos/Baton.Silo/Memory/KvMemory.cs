using Baton.Core.Engine;
using Microsoft.Extensions.Logging;

namespace Baton.Silo.Memory;

/// <summary>Makes the pool of a worker: shared where the host allows it, else private.</summary>
public static partial class KvMemory
{
    /// <summary>Path of the segment that others may map; empty for a private pool.</summary>
    public static string SharedPath(IKvMemory memory) => memory is SharedKvMemory shared ? shared.Path : "";

    public static IKvMemory Create(KvMemoryOptions options, string worker, long bytes, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Directory.Length == 0)
            return new PrivateKvMemory(bytes);
        var reason = WhyNotShared(options.Directory, bytes);
        if (reason is null)
        {
            try
            {
                return SharedKvMemory.Create(options.Directory, worker, bytes);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                reason = e.Message;
            }
        }
        LogPrivate(logger, worker, reason);
        return new PrivateKvMemory(bytes);
    }

    /// <summary>
    /// The file is sparse, and a page that finds no room when it is first touched kills the process. So every pool of
    /// the directory counts with its whole length, touched or not.
    /// </summary>
    private static string? WhyNotShared(string directory, long bytes)
    {
        if (!OperatingSystem.IsLinux())
            return "shared pools are for Linux";
        if (!Directory.Exists(directory))
            return $"there is no {directory}";
        var promised = SharedKvMemory.PromisedBytes(directory);
        var drive = new DriveInfo(directory);
        var room = Math.Min(drive.AvailableFreeSpace, drive.TotalSize - promised);
        return room >= SharedKvMemory.FileBytes(bytes)
            ? null
            : $"{directory} has room for {room >> 20} MiB of {bytes >> 20} MiB";
    }

    [LoggerMessage(1, LogLevel.Warning, "The KV pool of {Worker} is private, handoffs go by socket: {Reason}")]
    private static partial void LogPrivate(ILogger logger, string worker, string reason);
}
