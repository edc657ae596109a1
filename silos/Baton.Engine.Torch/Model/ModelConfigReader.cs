namespace Baton.Engine.Torch.Model;

/// <summary>Reads and checks config.json.</summary>
public static class ModelConfigReader
{
    public const string FileName = "config.json";

    private const string Llama = "LlamaForCausalLM";
    private const string Mistral = "MistralForCausalLM";

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
            AttentionBias = fields.Bool("attention_bias", absent: false),
            MlpBias = fields.Bool("mlp_bias", absent: false),
            TiedEmbeddings = fields.Bool("tie_word_embeddings", absent: false),
        };
        if (config.Heads % config.KvHeads != 0)
            throw fields.Bad("num_key_value_heads", $"is {config.KvHeads}; it must divide {heads} attention heads");

        if (architecture == Mistral)
            RefuseSlidingWindow(fields, config.MaxContext);

        return config;
    }

    private static string Architecture(JsonFields fields)
    {
        var names = fields.Find("architectures") is { ValueKind: System.Text.Json.JsonValueKind.Array } list
            ? list.EnumerateArray().Select(e => e.ToString()).ToArray()
            : throw fields.Bad("architectures", "is missing");
        return names is [Llama or Mistral]
            ? names[0]
            : throw fields.Bad(
                "architectures", $"is {string.Join(", ", names)}; supported are {Llama} and {Mistral}");
    }

    private static void RefuseUnknownArithmetic(JsonFields fields)
    {
        if (fields.OptionalText("hidden_act") is { } activation and not "silu")
            throw fields.Bad("hidden_act", $"is {activation}; only silu is supported");

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

    private static void RefuseSlidingWindow(JsonFields fields, int context)
    {
        if (fields.OptionalInt("sliding_window", 1, int.MaxValue) is { } window && window < context)
        {
            throw fields.Bad(
                "sliding_window",
                $"is {window}, less than the context of {context}; sliding windows are not supported");
        }
    }
}
