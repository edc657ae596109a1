using System.IO.MemoryMappedFiles;

namespace Baton.Silo.Memory;

/// <summary>
/// A peer's pool, mapped to be read. The view counts its readers: dropped while one copies, it is unmapped after it.
/// </summary>
public sealed unsafe class KvMapping
{
    private readonly MemoryMappedViewAccessor _view;

    private KvMapping(MemoryMappedViewAccessor view, long bytes)
    {
        _view = view;
        Bytes = bytes;
    }

    public long Bytes { get; }

    internal static KvMapping? TryOpen(string path, out string reason)
    {
        reason = "";
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var map = MemoryMappedFile.CreateFromFile(
                file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            return new KvMapping(map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read), file.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            reason = e.Message;
            return null;
        }
    }

    /// <summary>Keeps the view mapped until <see cref="Exit"/>; 0 when it has been dropped.</summary>
    internal nint Enter()
    {
        try
        {
            byte* start = null;
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            return (nint)start;
        }
        catch (ObjectDisposedException)
        {
            return 0;
        }
    }

    internal void Exit() => _view.SafeMemoryMappedViewHandle.ReleasePointer();

    internal void Drop() => _view.Dispose();
}
