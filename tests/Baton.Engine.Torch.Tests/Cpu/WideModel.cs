using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Baton.Engine.Torch.Tests.Support;

namespace Baton.Engine.Torch.Tests.Cpu;

/// <summary>
/// A model folder of the widths at which kernels have the most to get wrong: several stretches of inputs, the last of each
/// another length, heads that no register divides, more rows than a part takes. Deleted with the test.
/// </summary>
internal sealed class WideModel : IDisposable
{
    public const int Vocabulary = 96;
    public const int MaxContext = 4096;

    private const int Hidden = 704;
    private const int Inner = 1104;
    private const int Heads = 8;
    private const int KvHeads = 2;
    private const int HeadDim = Hidden / Heads;

    // Attention that looks at many positions at once: one that looks at a single one hides what is added up.
    private const float Scale = 0.1f;

    public WideModel(int layers)
    {
        Folder = Directory.CreateTempSubdirectory("baton-wide-").FullName;
        var config = new JsonObject
        {
            ["architectures"] = new JsonArray("LlamaForCausalLM"),
            ["vocab_size"] = Vocabulary,
            ["hidden_size"] = Hidden,
            ["intermediate_size"] = Inner,
            ["num_hidden_layers"] = layers,
            ["num_attention_heads"] = Heads,
            ["num_key_value_heads"] = KvHeads,
            ["max_position_embeddings"] = MaxContext,
            ["rms_norm_eps"] = 1e-5,
            ["tie_word_embeddings"] = true,
        };
        File.WriteAllText(Path.Combine(Folder, "config.json"), config.ToJsonString());
        var random = new Random(17);
        Safetensors.Write(
            Path.Combine(Folder, "model.safetensors"), "F32", Tensors(layers).Select(t => (t.Name, t.Shape, Values(t.Shape, random))));
    }

    public string Folder { get; }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static IEnumerable<(string Name, int[] Shape)> Tensors(int layers)
    {
        yield return ("model.embed_tokens.weight", [Vocabulary, Hidden]);
        yield return ("model.norm.weight", [Hidden]);
        for (var layer = 0; layer < layers; layer++)
        {
            string prefix = $"model.layers.{layer}.", attention = prefix + "self_attn.", mlp = prefix + "mlp.";
            yield return (prefix + "input_layernorm.weight", [Hidden]);
            yield return (prefix + "post_attention_layernorm.weight", [Hidden]);
            yield return (attention + "q_proj.weight", [Hidden, Hidden]);
            yield return (attention + "k_proj.weight", [KvHeads * HeadDim, Hidden]);
            yield return (attention + "v_proj.weight", [KvHeads * HeadDim, Hidden]);
            yield return (attention + "o_proj.weight", [Hidden, Hidden]);
            yield return (mlp + "gate_proj.weight", [Inner, Hidden]);
            yield return (mlp + "up_proj.weight", [Inner, Hidden]);
            yield return (mlp + "down_proj.weight", [Hidden, Inner]);
        }
    }

    private static byte[] Values(int[] shape, Random random)
    {
        var values = new float[shape.Aggregate(1, (a, b) => a * b)];
        for (var i = 0; i < values.Length; i++)
            values[i] = (shape.Length == 1 ? 1 : 0) + (Scale * (random.NextSingle() - 0.5f));

        return MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
    }
}
