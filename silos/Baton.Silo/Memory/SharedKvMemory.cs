using System.Diagnostics;
using System.IO.MemoryMappedFiles;
using Baton.Core.Engine;

namespace Baton.Silo.Memory;

/// <summary>
/// A pool in a mapped file that workers of the same host and user can read. The owner holds a shared lock on the file
/// for as long as it lives; the kernel drops it however the process ends, and that is how an orphan is told.
/// </summary>
public sealed unsafe class SharedKvMemory : IKvMemory
{
    internal const string Prefix = "baton-kv-";
    private const int Attempts = 16;

    private static int _made;

    private readonly FileStream _file;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private bool _disposed;

    private SharedKvMemory(FileStream file, long bytes)
    {
        _file = file;
        Bytes = bytes;
        _map = MemoryMappedFile.CreateFromFile(
            file, null, FileBytes(bytes), MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        _view = _map.CreateViewAccessor(0, FileBytes(bytes));
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        LeaseWords = new KvLeaseWords((nint)start);
        Address = (nint)start + KvLeaseWords.Bytes;
    }

    /// <summary>Where others map it from.</summary>
    public string Path => _file.Name;

    public nint Address { get; }

    public long Bytes { get; }

    internal KvLeaseWords LeaseWords { get; }

    /// <summary>Makes a sparse, zero-filled segment, readable by this user alone.</summary>
    public static SharedKvMemory Create(string directory, string worker, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        using var self = Process.GetCurrentProcess();
        var started = self.StartTime.ToUniversalTime().Ticks;
        var safe = string.Concat(worker.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var name = $"{Prefix}{Environment.ProcessId}-{started:x}-{Interlocked.Increment(ref _made)}-{safe}";
            if (TryOpen(System.IO.Path.Combine(directory, name)) is { } file)
                return new SharedKvMemory(file, bytes);
        }
        throw new IOException($"No segment could be made in {directory}.");
    }

    /// <summary>Deletes the segments of workers that ended without doing so; returns how many.</summary>
    public static int ReclaimOrphans(string directory)
    {
        if (!Directory.Exists(directory))
            return 0;
        var reclaimed = 0;
        foreach (var segment in Segments(directory))
        {
            try
            {
                // Exclusive: refused while an owner lives.
                using var file = new FileStream(segment.FullName, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                File.Delete(segment.FullName);
                reclaimed++;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // In use, gone meanwhile, or another user's.
            }
        }
        return reclaimed;
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        File.Delete(Path);
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
        _file.Dispose();
    }

    /// <summary>A segment is the leases' words and behind them the pool.</summary>
    internal static long FileBytes(long poolBytes) => KvLeaseWords.Bytes + poolBytes;

    /// <summary>What the pools of a directory may take together.</summary>
    internal static long PromisedBytes(string directory) => Segments(directory).Sum(segment =>
    {
        try
        {
            return segment.Length;
        }
        catch (FileNotFoundException)
        {
            // Its owner has left meanwhile.
            return 0;
        }
    });

    private static FileInfo[] Segments(string directory) => new DirectoryInfo(directory).GetFiles(Prefix + "*");

    private static FileStream? TryOpen(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        FileStream? file = null;
        try
        {
            file = new FileStream(path, options);
            // Another process may have taken the file for an orphan before its lock was on.
            if (File.Exists(path))
                return file;
        }
        catch (IOException)
        {
            // Taken, as above, or a name of an earlier life in another pid namespace: try the next one.
        }
        file?.Dispose();
        return null;
    }
}
