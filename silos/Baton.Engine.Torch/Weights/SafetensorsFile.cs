using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;
using Baton.Engine.Torch.Model;

namespace Baton.Engine.Torch.Weights;

/// <summary>A safetensors file mapped read-only into memory. Pointers into it die with it.</summary>
internal sealed unsafe class SafetensorsFile : IDisposable
{
    private const int Samples = 64;
    private const int SampleBytes = 4096;

    private readonly MemoryMappedFile? _map;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _start;
    private readonly long _bytes;

    public SafetensorsFile(string path)
    {
        Name = Untrusted.Shown(Path.GetFileName(path));
        using var file = Open(path);
        Header = SafetensorsHeader.Read(file, Name);
        _bytes = file.Length;
        _map = MemoryMappedFile.CreateFromFile(
            file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = _map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    /// <summary>The file's name as messages show it.</summary>
    public string Name { get; }

    public SafetensorsHeader Header { get; }

    /// <summary>The first byte of a tensor's data.</summary>
    public nint AddressOf(TensorEntry entry) => (nint)(_start + Header.DataStart + entry.Begin);

    /// <summary>
    /// Adds the file's identity to a hash: header, size and an even sample of the data, which tells two trainings of
    /// one architecture apart without reading gigabytes.
    /// </summary>
    public void AddIdentity(IncrementalHash hash)
    {
        hash.AppendData(Header.Bytes);
        hash.AppendData(BitConverter.GetBytes(_bytes));
        for (var i = 0; i < Samples; i++)
        {
            var at = Header.DataStart + ((_bytes - Header.DataStart) / Samples * i);
            hash.AppendData(new ReadOnlySpan<byte>(_start + at, (int)Math.Min(SampleBytes, _bytes - at)));
        }
    }

    public void Dispose()
    {
        if (_view is not null)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
        }

        _map?.Dispose();
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFormatException(
                $"{Untrusted.Shown(Path.GetFileName(path))} {(e is FileNotFoundException ? "is missing" : "cannot be read")}.", e);
        }
    }
}
