using System.Buffers.Binary;
using System.Text.Json;
using Baton.Engine.Torch.Model;

namespace Baton.Engine.Torch.Weights;

/// <summary>
/// The header of a safetensors file: 8 bytes of length, JSON, then the data. The file is untrusted, so every number is
/// checked against the file before anything uses it.
/// </summary>
/// <param name="DataStart">Where the data section begins in the file.</param>
/// <param name="Bytes">The header's JSON, as it is in the file.</param>
/// <param name="Tensors">By name.</param>
internal sealed record SafetensorsHeader(
    long DataStart, byte[] Bytes, IReadOnlyDictionary<string, TensorEntry> Tensors)
{
    private const int LengthBytes = 8;
    private const int MaxHeaderBytes = 100_000_000;
    private const int MaxRank = 8;

    /// <summary>Reads and checks the header; <paramref name="name"/> is the file's name as messages show it.</summary>
    public static SafetensorsHeader Read(Stream file, string name)
    {
        var json = ReadJson(file, name);
        var tensors = new Dictionary<string, TensorEntry>(StringComparer.Ordinal);
        try
        {
            var root = StrictJson.Parse(json);
            if (root.ValueKind != JsonValueKind.Object)
                throw new ModelFormatException($"{name}: the header is not a JSON object.");

            foreach (var property in root.EnumerateObject())
            {
                if (property.Name != "__metadata__" && !tensors.TryAdd(property.Name, Entry(property, name)))
                    throw new ModelFormatException($"{name}: tensor {Untrusted.Shown(property.Name)} is listed twice.");
            }
        }
        catch (JsonException e)
        {
            throw new ModelFormatException($"{name}: the header is not valid JSON.", e);
        }

        var header = new SafetensorsHeader(LengthBytes + json.Length, json, tensors);
        header.CheckExtents(file.Length, name);
        return header;
    }

    private static byte[] ReadJson(Stream file, string name)
    {
        Span<byte> prefix = stackalloc byte[LengthBytes];
        if (file.ReadAtLeast(prefix, LengthBytes, throwOnEndOfStream: false) < LengthBytes)
            throw new ModelFormatException($"{name} is truncated: {file.Length} bytes hold no header.");

        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaxHeaderBytes)
            throw new ModelFormatException($"{name} is not a safetensors file: its header would have {length} bytes.");

        if ((long)length > file.Length - LengthBytes)
        {
            throw new ModelFormatException(
                $"{name} is truncated: the header needs {length + LengthBytes} bytes, the file has {file.Length}.");
        }

        var json = new byte[length];
        file.ReadExactly(json);
        return json;
    }

    private static TensorEntry Entry(JsonProperty property, string file)
    {
        var value = property.Value;
        if (value.ValueKind == JsonValueKind.Object
            && value.TryGetProperty("dtype", out var type) && type.ValueKind == JsonValueKind.String
            && value.TryGetProperty("shape", out var shape) && Numbers(shape, MaxRank) is { } dimensions
            && value.TryGetProperty("data_offsets", out var offsets) && Numbers(offsets, 2) is [var begin, var end]
            && end >= begin)
        {
            var entry = new TensorEntry(type.GetString()!, dimensions, begin, end);
            CheckSize(entry, Untrusted.Shown(property.Name), file);
            return entry;
        }

        throw new ModelFormatException($"{file}: the header entry of tensor {Untrusted.Shown(property.Name)} is malformed.");
    }

    // Null unless the element is an array of whole numbers that are not negative. Its length is looked at first: what is
    // done for a header must not grow faster than the header.
    private static long[]? Numbers(JsonElement element, int most)
    {
        if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() > most)
            return null;

        var numbers = new List<long>(most);
        foreach (var item in element.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out var number) || number < 0)
                return null;

            numbers.Add(number);
        }

        return [.. numbers];
    }

    private static void CheckSize(TensorEntry entry, string tensor, string file)
    {
        if (TensorTypes.BytesOf(entry.Type) is not { } size)
            throw new ModelFormatException($"{file}: tensor {tensor} has unknown type {Untrusted.Shown(entry.Type)}.");

        UInt128 bytes = (UInt128)size;
        foreach (var dimension in entry.Shape)
        {
            // Eight factors of 63 bits overflow 128: stop where no file can follow.
            bytes *= (ulong)dimension;
            if (bytes > long.MaxValue)
                break;
        }

        if (bytes != (UInt128)(ulong)(entry.End - entry.Begin))
        {
            throw new ModelFormatException(
                $"{file}: tensor {tensor} of {entry.Type} [{string.Join(", ", entry.Shape)}] needs {bytes} bytes " +
                $"but has {entry.End - entry.Begin}.");
        }
    }

    private void CheckExtents(long fileBytes, string name)
    {
        long reached = 0;
        foreach (var (tensor, entry) in Tensors.OrderBy(t => t.Value.Begin).ThenBy(t => t.Value.End))
        {
            if (entry.Begin < reached)
                throw new ModelFormatException($"{name}: tensor {Untrusted.Shown(tensor)} overlaps another.");

            reached = entry.End;
        }

        if (reached > fileBytes - DataStart)
        {
            throw new ModelFormatException(
                $"{name} is truncated: its tensors need {DataStart + reached} bytes, the file has {fileBytes}.");
        }
    }
}
