using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Baton.Benchmarks.Engine;

/// <summary>
/// A model folder of a given shape with seeded weights, for speed alone: what it writes is noise. Equal seeds, equal bytes on
/// every machine.
/// </summary>
internal sealed record SyntheticModel(int Hidden, int Inner, int Layers, int Heads, int KvHeads, int Vocabulary, int Context)
{
    /// <summary>The shapes of the small models that others measure.</summary>
    public static SyntheticModel? Find(string name) => name switch
    {
        "15m" => new(288, 768, 6, 6, 6, 32000, 1024),
        "42m" => new(512, 1376, 8, 8, 8, 32000, 1024),
        "110m" => new(768, 2048, 12, 12, 12, 32000, 2048),
        "110m-gqa" => new(768, 2048, 12, 12, 4, 32000, 2048),
        "0.5b" => new(896, 4864, 24, 14, 2, 151936, 4096),
        _ => null,
    };

    /// <summary>The folder of a shape, written when it is first asked for and kept for the next run.</summary>
    public static string Folder(string name)
    {
        var shape = Find(name) ?? throw new ArgumentException($"There is no shape {name}.", nameof(name));
        var folder = Path.Combine(Path.GetTempPath(), $"baton-synthetic-{name}");
        if (!Directory.Exists(folder))
        {
            // Under its name only when it is whole.
            var part = Directory.CreateTempSubdirectory("baton-synthetic-").FullName;
            shape.Write(part);
            Directory.Move(part, folder);
        }

        return folder;
    }

    private void Write(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "config.json"), JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["architectures"] = (string[])["LlamaForCausalLM"],
            ["hidden_size"] = Hidden,
            ["intermediate_size"] = Inner,
            ["num_hidden_layers"] = Layers,
            ["num_attention_heads"] = Heads,
            ["num_key_value_heads"] = KvHeads,
            ["vocab_size"] = Vocabulary,
            ["max_position_embeddings"] = Context,
            ["rms_norm_eps"] = 1e-5,
            ["hidden_act"] = "silu",
            ["tie_word_embeddings"] = true,
        }));
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), SyntheticTokenizer.Json(Vocabulary));
        var header = new Dictionary<string, object>();
        long end = 0;
        foreach (var (name, shape, _) in Tensors())
        {
            var begin = end;
            end += shape.Aggregate(1L, (a, b) => a * b) * sizeof(float);
            header[name] = new { dtype = "F32", shape, data_offsets = (long[])[begin, end] };
        }

        using var file = File.Create(Path.Combine(folder, "model.safetensors"));
        var text = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(header));
        Array.Resize(ref text, (text.Length + 7) / 8 * 8);
        text.AsSpan().Replace((byte)0, (byte)' ');
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)text.Length);
        file.Write(length);
        file.Write(text);
        foreach (var (name, shape, scale) in Tensors())
            WriteTensor(file, name, shape.Aggregate(1L, (a, b) => a * b), scale);
    }

    private IEnumerable<(string Name, int[] Shape, double? Scale)> Tensors()
    {
        const double Scale = 0.06;
        var dim = Hidden / Heads;
        var small = Scale / Math.Sqrt(2 * Layers);
        yield return ("model.embed_tokens.weight", [Vocabulary, Hidden], Scale);
        for (var layer = 0; layer < Layers; layer++)
        {
            var p = $"model.layers.{layer}.";
            yield return (p + "input_layernorm.weight", [Hidden], null);
            yield return (p + "self_attn.q_proj.weight", [Heads * dim, Hidden], Scale);
            yield return (p + "self_attn.k_proj.weight", [KvHeads * dim, Hidden], Scale);
            yield return (p + "self_attn.v_proj.weight", [KvHeads * dim, Hidden], Scale);
            yield return (p + "self_attn.o_proj.weight", [Hidden, Heads * dim], small);
            yield return (p + "post_attention_layernorm.weight", [Hidden], null);
            yield return (p + "mlp.gate_proj.weight", [Inner, Hidden], Scale);
            yield return (p + "mlp.up_proj.weight", [Inner, Hidden], Scale);
            yield return (p + "mlp.down_proj.weight", [Hidden, Inner], small);
        }

        yield return ("model.norm.weight", [Hidden], null);
    }

    // Norms are 1; the rest is even between plus and minus scale, by splitmix64 of the tensor's name and the place in it.
    private static void WriteTensor(FileStream file, string name, long count, double? scale)
    {
        var seed = 0xcbf29ce484222325;
        foreach (var c in Encoding.UTF8.GetBytes(name))
            seed = (seed ^ c) * 0x100000001b3;

        var chunk = new float[1 << 16];
        for (long first = 0; first < count; first += chunk.Length)
        {
            var values = chunk.AsSpan(0, (int)Math.Min(chunk.Length, count - first));
            for (var i = 0; i < values.Length; i++)
                values[i] = scale is { } s ? (float)(((Mix(seed, first + i + 1) >> 40) / (double)(1 << 23)) - 1) * (float)s : 1;

            file.Write(MemoryMarshal.AsBytes(values));
        }
    }

    private static ulong Mix(ulong seed, long index)
    {
        var z = seed + ((ulong)index * 0x9E3779B97F4A7C15);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
