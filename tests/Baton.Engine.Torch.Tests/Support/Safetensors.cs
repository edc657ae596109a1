using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace Baton.Engine.Torch.Tests.Support;

/// <summary>Writes safetensors files, broken ones too.</summary>
internal static class Safetensors
{
    public static void Write(string path, string type, IEnumerable<(string Name, int[] Shape, byte[] Data)> tensors)
    {
        var header = new JsonObject { ["__metadata__"] = new JsonObject { ["format"] = "pt" } };
        using var data = new MemoryStream();
        foreach (var (name, shape, bytes) in tensors)
        {
            header[name] = Entry(type, shape, data.Length, data.Length + bytes.Length);
            data.Write(bytes);
        }

        WriteRaw(path, header.ToJsonString(), data.ToArray());
    }

    /// <summary>Numbers of a type, as bytes.</summary>
    public static byte[] Values(int[] shape, string type, Func<float> next)
    {
        var count = shape.Aggregate(1, (a, b) => a * b);
        var size = type == "F32" ? 4 : 2;
        var bytes = new byte[count * size];
        for (var i = 0; i < count; i++)
        {
            var value = next();
            var at = bytes.AsSpan(i * size);
            if (type == "F32")
                BinaryPrimitives.WriteSingleLittleEndian(at, value);
            else if (type == "F16")
                BinaryPrimitives.WriteHalfLittleEndian(at, (Half)value);
            else
                BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16));
        }

        return bytes;
    }

    public static JsonObject Entry(string type, int[] shape, long begin, long end) => new()
    {
        ["dtype"] = type,
        ["shape"] = new JsonArray([.. shape.Select(d => JsonValue.Create(d))]),
        ["data_offsets"] = new JsonArray(begin, end),
    };

    public static void WriteRaw(string path, string header, byte[] data)
    {
        var json = Encoding.UTF8.GetBytes(header.PadRight((header.Length + 7) / 8 * 8));
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)json.Length), .. json, .. data]);
    }
}
