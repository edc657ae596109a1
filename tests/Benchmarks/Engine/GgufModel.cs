using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Baton.Engine.Torch.Model;

namespace Baton.Benchmarks.Engine;

/// <summary>
/// A model folder's f32 weights as a GGUF file (version 3) without a tokenizer, as they are or in blocks of 32 with one scale
/// (q8_0): the same weights for llama.cpp.
/// </summary>
internal sealed class GgufModel(string folder, bool quantize)
{
    private const int Alignment = 32;
    private const int BlockWeights = 32;
    private const uint TypeUInt32 = 4;
    private const uint TypeFloat32 = 6;
    private const uint TypeString = 8;
    private const uint TensorF32 = 0;
    private const uint TensorQ8 = 8;

    private readonly ModelConfig _config = ModelConfigReader.Read(folder);

    private sealed record Source(string Name, int Rows, int Columns, long Offset, int PermutedHeads);

    public void Write(string path)
    {
        using var weights = File.OpenRead(Path.Combine(folder, "model.safetensors"));
        var sources = Sources(weights).ToList();
        using var file = File.Create(path);
        WriteHeader(file, sources);
        foreach (var source in sources)
        {
            Pad(file);
            WriteTensor(weights, source, file);
        }
    }

    private void WriteHeader(Stream file, List<Source> sources)
    {
        using var header = new BinaryWriter(file, Encoding.UTF8, leaveOpen: true);
        (string Key, object Value)[] facts =
        [
            ("general.architecture", "llama"),
            ("general.alignment", (uint)Alignment),
            ("llama.context_length", (uint)_config.MaxContext),
            ("llama.embedding_length", (uint)_config.HiddenSize),
            ("llama.block_count", (uint)_config.Layers),
            ("llama.feed_forward_length", (uint)_config.IntermediateSize),
            ("llama.attention.head_count", (uint)_config.Heads),
            ("llama.attention.head_count_kv", (uint)_config.KvHeads),
            ("llama.attention.layer_norm_rms_epsilon", (float)_config.RmsNormEpsilon),
            ("llama.rope.dimension_count", (uint)_config.HeadDim),
            ("llama.rope.freq_base", (float)_config.RopeTheta),
            ("llama.vocab_size", (uint)_config.VocabularySize),
            ("tokenizer.ggml.model", "none"),
        ];
        header.Write("GGUF"u8);
        header.Write(3);
        header.Write((long)sources.Count);
        header.Write((long)facts.Length);
        foreach (var (key, value) in facts)
            WriteFact(header, key, value);

        long offset = 0;
        foreach (var source in sources)
        {
            WriteText(header, source.Name);
            header.Write(source.Rows == 0 ? 1 : 2);
            header.Write((long)source.Columns);
            if (source.Rows > 0)
                header.Write((long)source.Rows);
            header.Write(IsQuantized(source) ? TensorQ8 : TensorF32);
            header.Write(offset);
            offset += (Bytes(source) + Alignment - 1) / Alignment * Alignment;
        }
    }

    private static void WriteFact(BinaryWriter header, string key, object value)
    {
        WriteText(header, key);
        switch (value)
        {
            case string text:
                header.Write(TypeString);
                WriteText(header, text);
                break;
            case float number:
                header.Write(TypeFloat32);
                header.Write(number);
                break;
            default:
                header.Write(TypeUInt32);
                header.Write((uint)value);
                break;
        }
    }

    private static void WriteText(BinaryWriter header, string text)
    {
        header.Write((long)text.Length);
        header.Write(Encoding.UTF8.GetBytes(text));
    }

    private bool IsQuantized(Source source) => quantize && source.Rows > 0 && source.Columns % BlockWeights == 0;

    private long Bytes(Source source)
    {
        var count = (long)Math.Max(1, source.Rows) * source.Columns;
        return IsQuantized(source) ? count / BlockWeights * (sizeof(ushort) + BlockWeights) : count * sizeof(float);
    }

    private void WriteTensor(FileStream weights, Source source, Stream file)
    {
        var rows = Math.Max(1, source.Rows);
        var all = new float[(long)rows * source.Columns];
        weights.Position = source.Offset;
        weights.ReadExactly(MemoryMarshal.AsBytes(all.AsSpan()));
        for (var row = 0; row < rows; row++)
        {
            var values = all.AsSpan(Stored(row, rows, source.PermutedHeads) * source.Columns, source.Columns);
            if (IsQuantized(source))
                WriteBlocks(values, file);
            else
                file.Write(MemoryMarshal.AsBytes(values));
        }
    }

    // llama.cpp turns neighbours of a head, checkpoints the halves: row 2i + h of a head is row i of its half h.
    private static int Stored(int row, int rows, int heads)
    {
        if (heads == 0)
            return row;

        var dim = rows / heads;
        return (row / dim * dim) + (row % 2 * (dim / 2)) + (row % dim / 2);
    }

    private static void WriteBlocks(ReadOnlySpan<float> values, Stream file)
    {
        Span<byte> block = stackalloc byte[sizeof(ushort) + BlockWeights];
        for (var first = 0; first < values.Length; first += BlockWeights)
        {
            var part = values.Slice(first, BlockWeights);
            var largest = 0f;
            foreach (var value in part)
                largest = Math.Max(largest, Math.Abs(value));

            var scale = largest / 127;
            BinaryPrimitives.WriteHalfLittleEndian(block, (Half)scale);
            for (var i = 0; i < BlockWeights; i++)
                block[sizeof(ushort) + i] = (byte)(sbyte)MathF.Round(scale == 0 ? 0 : part[i] / scale);

            file.Write(block);
        }
    }

    private static void Pad(FileStream file)
    {
        while (file.Position % Alignment != 0)
            file.WriteByte(0);
    }

    private IEnumerable<Source> Sources(FileStream weights)
    {
        Span<byte> length = stackalloc byte[sizeof(long)];
        weights.ReadExactly(length);
        var json = new byte[BinaryPrimitives.ReadInt64LittleEndian(length)];
        weights.ReadExactly(json);
        return Sources(JsonDocument.Parse(json).RootElement, sizeof(long) + json.Length);
    }

    private IEnumerable<Source> Sources(JsonElement header, long start)
    {
        Source Of(string name, string stored, int heads = 0)
        {
            var entry = header.GetProperty(stored + ".weight");
            if (entry.GetProperty("dtype").GetString() != "F32")
                throw new Baton.Engine.Torch.ModelFormatException($"Beside llama.cpp weights must be F32; {stored} is not.");

            var shape = entry.GetProperty("shape").EnumerateArray().Select(e => e.GetInt32()).ToArray();
            return new Source(
                name + ".weight",
                shape.Length == 2 ? shape[0] : 0,
                shape[^1],
                start + entry.GetProperty("data_offsets")[0].GetInt64(),
                heads);
        }

        yield return Of("token_embd", "model.embed_tokens");
        for (var i = 0; i < _config.Layers; i++)
        {
            string to = $"blk.{i}.", from = $"model.layers.{i}.";
            yield return Of(to + "attn_norm", from + "input_layernorm");
            yield return Of(to + "attn_q", from + "self_attn.q_proj", _config.Heads);
            yield return Of(to + "attn_k", from + "self_attn.k_proj", _config.KvHeads);
            yield return Of(to + "attn_v", from + "self_attn.v_proj");
            yield return Of(to + "attn_output", from + "self_attn.o_proj");
            yield return Of(to + "ffn_norm", from + "post_attention_layernorm");
            yield return Of(to + "ffn_gate", from + "mlp.gate_proj");
            yield return Of(to + "ffn_up", from + "mlp.up_proj");
            yield return Of(to + "ffn_down", from + "mlp.down_proj");
        }

        yield return Of("output_norm", "model.norm");
        if (!_config.TiedEmbeddings)
            yield return Of("output", "lm_head");
    }
}
