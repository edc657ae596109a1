using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace Baton.Training.Run;

/// <summary>Tensors as safetensors: float32 for checkpoints, bfloat16 for the released model.</summary>
public static class SafeTensors
{
    /// <summary>Replaces the file in one step, so that a reader or a crash never meets half of it.</summary>
    public static void Write(
        string path,
        IEnumerable<KeyValuePair<string, Tensor>> tensors,
        ScalarType type,
        IReadOnlyDictionary<string, string> metadata)
    {
        var all = tensors.OrderBy(t => t.Key, StringComparer.Ordinal).ToArray();
        var temporary = path + ".part";
        using (var file = File.Create(temporary))
        {
            WriteHeader(file, all, type, metadata);
            foreach (var (_, tensor) in all)
            {
                using var plain = tensor.detach().to(type).contiguous();
                file.Write(MemoryMarshal.AsBytes(plain.bytes));
            }
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Copies a float32 file into tensors that exist already; returns the file's metadata.</summary>
    public static IReadOnlyDictionary<string, string> ReadInto(string path, IReadOnlyDictionary<string, Tensor> tensors)
    {
        var bytes = File.ReadAllBytes(path);
        var headerLength = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var header = JsonNode.Parse(bytes.AsSpan(8, headerLength))!.AsObject();
        using var off = no_grad();
        foreach (var (name, target) in tensors)
        {
            var offsets = header[name]!["data_offsets"]!.AsArray();
            int start = offsets[0]!.GetValue<int>(), end = offsets[1]!.GetValue<int>();
            var values = MemoryMarshal.Cast<byte, float>(bytes.AsSpan(8 + headerLength + start, end - start));
            using var loaded = tensor(values.ToArray(), target.shape);
            target.copy_(loaded);
        }

        return header["__metadata__"]!.AsObject().ToDictionary(m => m.Key, m => m.Value!.GetValue<string>());
    }

    private static void WriteHeader(
        FileStream file,
        KeyValuePair<string, Tensor>[] tensors,
        ScalarType type,
        IReadOnlyDictionary<string, string> metadata)
    {
        var (name, size) = type == ScalarType.BFloat16 ? ("BF16", 2L) : ("F32", 4L);
        var header = new JsonObject
        {
            ["__metadata__"] = new JsonObject(metadata.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value))),
        };
        long offset = 0;
        foreach (var (key, tensor) in tensors)
        {
            var end = offset + (tensor.numel() * size);
            header[key] = new JsonObject
            {
                ["dtype"] = name,
                ["shape"] = new JsonArray(tensor.shape.Select(s => (JsonNode)s).ToArray()),
                ["data_offsets"] = new JsonArray(offset, end),
            };
            offset = end;
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(header);
        var padding = (8 - (json.Length % 8)) % 8;
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length + padding);
        file.Write(length);
        file.Write(json);
        file.Write("       "u8[..padding]);
    }
}
