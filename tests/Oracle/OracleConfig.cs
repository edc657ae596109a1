using System.Text.Json;
using System.Text.Json.Nodes;

namespace Baton.Oracle;

/// <summary>The part of a Hugging Face config.json that the forward pass needs.</summary>
public sealed record OracleConfig
{
    public required int Vocabulary { get; init; }

    public required int Hidden { get; init; }

    public required int Layers { get; init; }

    public required int Heads { get; init; }

    public required int KeyValueHeads { get; init; }

    public required int HeadSize { get; init; }

    public required int Intermediate { get; init; }

    public required double NormEpsilon { get; init; }

    public required double RopeTheta { get; init; }

    public required bool TiedEmbedding { get; init; }

    public required RopeScaling? Scaling { get; init; }

    /// <summary>How many positions a token sees, itself included.</summary>
    public required int Window { get; init; }

    public static OracleConfig Read(string folder)
    {
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "config.json")))!.AsObject();
        int hidden = Int(json, "hidden_size"), heads = Int(json, "num_attention_heads");
        return new OracleConfig
        {
            Vocabulary = Int(json, "vocab_size"),
            Hidden = hidden,
            Layers = Int(json, "num_hidden_layers"),
            Heads = heads,
            KeyValueHeads = OptionalInt(json, "num_key_value_heads") ?? heads,
            HeadSize = OptionalInt(json, "head_dim") ?? hidden / heads,
            Intermediate = Int(json, "intermediate_size"),
            NormEpsilon = json["rms_norm_eps"]?.GetValue<double>() ?? 1e-6,
            RopeTheta = json["rope_theta"]?.GetValue<double>() ?? 10000,
            TiedEmbedding = json["tie_word_embeddings"]?.GetValue<bool>() ?? false,
            Scaling = RopeScaling.Read(json["rope_scaling"]),
            Window = json["use_sliding_window"]?.GetValue<bool>() is false ? int.MaxValue : OptionalInt(json, "sliding_window") ?? int.MaxValue,
        };
    }

    private static int Int(JsonObject json, string name) =>
        OptionalInt(json, name) ?? throw new JsonException($"config.json lacks {name}.");

    private static int? OptionalInt(JsonObject json, string name) => json[name]?.GetValue<int>();
}
