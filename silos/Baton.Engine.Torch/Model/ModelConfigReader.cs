namespace Baton.Engine.Torch.Model;

/// <summary>Reads and checks config.json.</summary>
public static class ModelConfigReader
{
    public const string FileName = "config.json";

    private const string Llama = "LlamaForCausalLM";
    private const string Mistral = "MistralForCausalLM";
    private const string Qwen2 = "Qwen2ForCausalLM";
    private const string Qwen3 = "Qwen3ForCausalLM";
    private const string Phi3 = "Phi3ForCausalLM";

    private static readonly string[] Supported = [Llama, Mistral, Qwen2, Qwen3, Phi3];

    /// <summary>Reads the model's shape from <paramref name="folder"/>.</summary>
    /// <exception cref="ModelFormatException">The file is absent or broken, or of another kind of model.</exception>
    public static ModelConfig Read(string folder)
    {
        var fields = JsonFields.Read(Path.Combine(folder, FileName));
        var architecture = Architecture(fields);
        RefuseUnknownArithmetic(fields);
        var hidden = fields.Int("hidden_size", 1, 1 << 17);
        var heads = fields.Int("num_attention_heads", 1, 1 << 12);
        var (theta, scaling) = RopeReader.Read(fields);
        var config = new ModelConfig
        {
            HiddenSize = hidden,
            Layers = fields.Int("num_hidden_layers", 1, 1 << 10),
            Heads = heads,
            KvHeads = fields.OptionalInt("num_key_value_heads", 1, heads) ?? heads,
            HeadDim = HeadDim(fields, hidden, heads),
            IntermediateSize = fields.Int("intermediate_size", 1, 1 << 20),
            VocabularySize = fields.Int("vocab_size", 1, 1 << 22),
            MaxContext = fields.Int("max_position_embeddings", 1, 1 << 24),
            RmsNormEpsilon = fields.Double("rms_norm_eps", 1e-12, 0.1),
            RopeTheta = theta,
            RopeScaling = scaling,
            QkvBias = architecture == Qwen2 || (HasBiasSetting(architecture) && fields.Bool("attention_bias", absent: false)),
            OutputBias = HasBiasSetting(architecture) && fields.Bool("attention_bias", absent: false),
            MlpBias = architecture == Llama && fields.Bool("mlp_bias", absent: false),
            QueryKeyNorm = architecture == Qwen3,
            SlidingWindow = SlidingWindow(fields, architecture),
            FusedTensors = architecture == Phi3,
            TiedEmbeddings = fields.Bool("tie_word_embeddings", absent: false),
        };
        if (config.Heads % config.KvHeads != 0)
            throw fields.Bad("num_key_value_heads", $"is {config.KvHeads}; it must divide {heads} attention heads");

        return config;
    }

    private static string Architecture(JsonFields fields)
    {
        var names = fields.Find("architectures") is { ValueKind: System.Text.Json.JsonValueKind.Array } list
            ? list.EnumerateArray().Select(e => e.ToString()).ToArray()
            : throw fields.Bad("architectures", "is missing");
        return names is [var name] && Supported.Contains(name)
            ? name
            : throw fields.Bad(
                "architectures",
                $"is {Untrusted.Shown(string.Join(", ", names))}; supported are {string.Join(", ", Supported)}");
    }

    private static bool HasBiasSetting(string architecture) => architecture is Llama or Qwen3;

    private static void RefuseUnknownArithmetic(JsonFields fields)
    {
        if (fields.OptionalText("hidden_act") is { } activation and not "silu")
            throw fields.Bad("hidden_act", $"is {Untrusted.Shown(activation)}; only silu is supported");

        if (fields.Find("quantization_config") is not null)
            throw fields.Bad("quantization_config", "is set; quantized checkpoints are not supported");
    }

    private static int HeadDim(JsonFields fields, int hidden, int heads)
    {
        var dim = fields.OptionalInt("head_dim", 2, 1 << 10);
        if (dim is null && hidden % heads != 0)
            throw fields.Bad("num_attention_heads", $"is {heads}; it must divide hidden_size {hidden}");

        var width = dim ?? hidden / heads;
        return width % 2 == 0
            ? width
            : throw fields.Bad("head_dim", $"is {width}; rotary embeddings need an even number");
    }

    private static int? SlidingWindow(JsonFields fields, string architecture)
    {
        if (architecture is Qwen2 or Qwen3 && fields.Bool("use_sliding_window", absent: false))
            throw fields.Bad("use_sliding_window", "is true; a window in some layers only is not supported");

        return architecture is Mistral or Phi3 ? fields.OptionalInt("sliding_window", 1, int.MaxValue) : null;
    }
}
