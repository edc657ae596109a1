using System.Text.Json.Nodes;

namespace Baton.Engine.Torch.Tests.Support;

/// <summary>A small model folder with seeded random weights; deleted with the test.</summary>
internal sealed class TestModel : IDisposable
{
    public const int Vocabulary = 96;
    public const int Hidden = 32;
    public const int Layers = 2;
    public const int Inner = 48;

    private readonly Random _random = new(7);

    public TestModel(
        int heads = 4,
        int kvHeads = 2,
        int? headDim = null,
        bool tied = true,
        string type = "F32",
        int shards = 1,
        Action<JsonObject>? config = null)
    {
        Folder = Directory.CreateTempSubdirectory("baton-model-").FullName;
        Config = new JsonObject
        {
            ["architectures"] = new JsonArray("LlamaForCausalLM"),
            ["vocab_size"] = Vocabulary,
            ["hidden_size"] = Hidden,
            ["intermediate_size"] = Inner,
            ["num_hidden_layers"] = Layers,
            ["num_attention_heads"] = heads,
            ["num_key_value_heads"] = kvHeads,
            ["max_position_embeddings"] = 256,
            ["rms_norm_eps"] = 1e-5,
            ["hidden_act"] = "silu",
            ["tie_word_embeddings"] = tied,
            ["bos_token_id"] = 1,
            ["eos_token_id"] = 2,
        };
        if (headDim is not null)
            Config["head_dim"] = headDim;

        config?.Invoke(Config);
        WriteConfig();
        WriteWeights(Tensors(heads, kvHeads, headDim ?? Hidden / heads), type, shards);
    }

    public string Folder { get; }

    public JsonObject Config { get; }

    public string WeightsPath => Path.Combine(Folder, "model.safetensors");

    public void WriteConfig() => File.WriteAllText(Path.Combine(Folder, "config.json"), Config.ToJsonString());

    public TorchModel Load() => TorchModel.Load(Folder, new TorchOptions { Threads = 1 });

    /// <summary>Seeded tokens, the begin token first.</summary>
    public static int[] Prompt(int length, int seed = 3)
    {
        var random = new Random(seed);
        return [1, .. Enumerable.Range(1, length - 1).Select(_ => random.Next(3, Vocabulary))];
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private IEnumerable<(string Name, int[] Shape)> Tensors(int heads, int kvHeads, int headDim)
    {
        var architecture = Config["architectures"]![0]!.GetValue<string>();
        bool outputBias = Flag("attention_bias"), mlpBias = Flag("mlp_bias");
        var qkvBias = outputBias || architecture == "Qwen2ForCausalLM";
        yield return ("model.embed_tokens.weight", [Vocabulary, Hidden]);
        for (var layer = 0; layer < Layers; layer++)
        {
            var prefix = $"model.layers.{layer}.";
            yield return (prefix + "input_layernorm.weight", [Hidden]);
            yield return (prefix + "post_attention_layernorm.weight", [Hidden]);
            if (architecture == "Qwen3ForCausalLM")
            {
                yield return (prefix + "self_attn.q_norm.weight", [headDim]);
                yield return (prefix + "self_attn.k_norm.weight", [headDim]);
            }

            (string Name, int Out, int In, bool Bias)[] stacked = architecture == "Phi3ForCausalLM"
                ?
                [
                    ("self_attn.qkv_proj", (heads + (2 * kvHeads)) * headDim, Hidden, false),
                    ("mlp.gate_up_proj", 2 * Inner, Hidden, false),
                ]
                :
                [
                    ("self_attn.q_proj", heads * headDim, Hidden, qkvBias),
                    ("self_attn.k_proj", kvHeads * headDim, Hidden, qkvBias),
                    ("self_attn.v_proj", kvHeads * headDim, Hidden, qkvBias),
                    ("mlp.gate_proj", Inner, Hidden, mlpBias),
                    ("mlp.up_proj", Inner, Hidden, mlpBias),
                ];
            (string Name, int Out, int In, bool Bias)[] projections =
            [
                .. stacked,
                ("self_attn.o_proj", Hidden, heads * headDim, outputBias),
                ("mlp.down_proj", Hidden, Inner, mlpBias),
            ];
            foreach (var (name, outputs, inputs, bias) in projections)
            {
                yield return (prefix + name + ".weight", [outputs, inputs]);
                if (bias)
                    yield return (prefix + name + ".bias", [outputs]);
            }
        }

        yield return ("model.norm.weight", [Hidden]);
        if (!Flag("tie_word_embeddings"))
            yield return ("lm_head.weight", [Vocabulary, Hidden]);
    }

    private bool Flag(string name) => Config[name]?.GetValue<bool>() ?? false;

    private void WriteWeights(IEnumerable<(string Name, int[] Shape)> tensors, string type, int shards)
    {
        var all = tensors.Select(t => (t.Name, t.Shape, Data: Values(t.Name, t.Shape, type))).ToArray();
        if (shards == 1)
        {
            Safetensors.Write(WeightsPath, type, all);
            return;
        }

        var map = new JsonObject();
        foreach (var (shard, index) in all.Chunk((all.Length + shards - 1) / shards).Select((s, i) => (s, i)))
        {
            var file = $"model-{index + 1:D5}-of-{shards:D5}.safetensors";
            Safetensors.Write(Path.Combine(Folder, file), type, shard);
            foreach (var (name, _, _) in shard)
                map[name] = file;
        }

        File.WriteAllText(
            Path.Combine(Folder, "model.safetensors.index.json"),
            new JsonObject { ["weight_map"] = map }.ToJsonString());
    }

    // Norms near 1, the rest wide enough that every part moves the logits.
    private byte[] Values(string name, int[] shape, string type)
    {
        var center = name.Contains("norm", StringComparison.Ordinal) ? 1 : 0;
        return Safetensors.Values(shape, type, () => center + (float)((_random.NextDouble() - 0.5) * 0.6));
    }
}
