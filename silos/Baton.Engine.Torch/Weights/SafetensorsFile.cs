using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;
using Baton.Engine.Torch.Model;

namespace Baton.Engine.Torch.Weights;

/// <summary>A safetensors file mapped read-only into memory. Pointers into it die with it.</summary>
internal sealed unsafe class SafetensorsFile : IDisposable
{
    // Of the whole data; and of each tensor its beginning, middle and end.
    private const int Samples = 64;
    private const int TensorSamples = 3;
    private const int SampleBytes = 4096;

    // A header may list a million tensors: then each has less read of it, but never so little that it could be by chance
    // what it was.
    private const int TensorSamplesBytes = 4 << 20;
    private const int LeastSampleBytes = 64;

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
        try
        {
            _map = MemoryMappedFile.CreateFromFile(
                file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            _view = _map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The file's name as messages show it.</summary>
    public string Name { get; }

    public SafetensorsHeader Header { get; }

    /// <summary>The first byte of a tensor's data.</summary>
    public nint AddressOf(TensorEntry entry) => (nint)(_start + Header.DataStart + entry.Begin);

    /// <summary>
    /// Adds the file's identity to a hash: header, size and samples of the data, which tell two trainings of one
    /// architecture apart without reading gigabytes. Every tensor is sampled, for a training may leave most as they were.
    /// </summary>
    public void AddIdentity(IncrementalHash hash)
    {
        hash.AppendData(Header.Bytes);
        hash.AppendData(BitConverter.GetBytes(_bytes));
        var data = _bytes - Header.DataStart;
        for (var i = 0; i < Samples; i++)
            AddSample(hash, data / Samples * i, data, SampleBytes);

        var each = TensorSamplesBytes / TensorSamples / Math.Max(1, Header.Tensors.Count);
        foreach (var tensor in Header.Tensors.Values)
            AddTensor(hash, tensor, Math.Clamp(each, LeastSampleBytes, SampleBytes));
    }

    public void Dispose()
    {
        if (_start is not null)
            _view!.SafeMemoryMappedViewHandle.ReleasePointer();

        _view?.Dispose();
        _map?.Dispose();
    }

    private void AddTensor(IncrementalHash hash, TensorEntry tensor, int most)
    {
        var last = Math.Max(0, tensor.End - tensor.Begin - most);
        foreach (var at in (ReadOnlySpan<long>)[0, last / 2, last])
            AddSample(hash, tensor.Begin + at, tensor.End, most);
    }

    private void AddSample(IncrementalHash hash, long at, long end, int most) => hash.AppendData(
        new ReadOnlySpan<byte>(_start + Header.DataStart + at, (int)Math.Min(most, end - at)));

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
