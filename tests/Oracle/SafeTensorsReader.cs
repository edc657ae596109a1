using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Baton.Oracle;

/// <summary>Reads one safetensors file: eight bytes of length, a JSON header, the data.</summary>
public static class SafeTensorsReader
{
    public static IEnumerable<(string Name, float[] Values)> Read(string path)
    {
        var file = File.ReadAllBytes(path);
        var headerLength = checked((int)BinaryPrimitives.ReadInt64LittleEndian(file));
        var data = 8 + headerLength;
        foreach (var (name, node) in JsonNode.Parse(file.AsSpan(8, headerLength))!.AsObject())
        {
            if (name == "__metadata__")
            {
                continue;
            }

            var offsets = node!["data_offsets"]!.AsArray();
            int start = offsets[0]!.GetValue<int>(), end = offsets[1]!.GetValue<int>();
            yield return (name, Widen(node["dtype"]!.GetValue<string>(), file.AsSpan(data + start, end - start)));
        }
    }

    private static float[] Widen(string type, ReadOnlySpan<byte> bytes)
    {
        switch (type)
        {
            case "F32":
                return MemoryMarshal.Cast<byte, float>(bytes).ToArray();
            case "F16":
                return Map(MemoryMarshal.Cast<byte, Half>(bytes), h => (float)h);
            case "BF16":
                return Map(MemoryMarshal.Cast<byte, ushort>(bytes), FromUpperHalf);
            default:
                throw new NotSupportedException($"Weights of type {type} are not supported.");
        }
    }

    // A bfloat16 is the upper half of a float32.
    private static float FromUpperHalf(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    private static float[] Map<T>(ReadOnlySpan<T> values, Func<T, float> widen)
    {
        var result = new float[values.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = widen(values[i]);
        }

        return result;
    }
}
