using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Baton.Training.Model;
using Baton.Training.Run;
using Baton.Training.Tokens;
using static TorchSharp.torch;

namespace Baton.Training.Export;

/// <summary>Writes a trained model as a Hugging Face folder: weights in bfloat16, configuration, tokenizer.</summary>
public static class ModelFolder
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true };

    public static void Write(string folder, LlamaWeights weights, Tokenizer tokenizer)
    {
        Directory.CreateDirectory(folder);
        var metadata = new Dictionary<string, string> { ["format"] = "pt" };
        SafeTensors.Write(
            Path.Combine(folder, "model.safetensors"), weights.Tensors, ScalarType.BFloat16, metadata);
        TokenizerJson.Write(tokenizer, Path.Combine(folder, "tokenizer.json"));
        WriteJson(folder, "config.json", Config(weights.Shape));
        WriteJson(folder, "generation_config.json", GenerationDefaults());
        WriteJson(folder, "tokenizer_config.json", TokenizerConfig(weights.Shape));
    }

    private static void WriteJson(string folder, string name, JsonObject json) =>
        File.WriteAllText(Path.Combine(folder, name), json.ToJsonString(Layout) + "\n");

    private static JsonObject Config(LlamaShape shape) => new()
    {
        ["architectures"] = new JsonArray("LlamaForCausalLM"),
        ["attention_bias"] = false,
        ["attention_dropout"] = 0.0,
        ["bos_token_id"] = SpecialTokens.Begin,
        ["eos_token_id"] = SpecialTokens.End,
        ["head_dim"] = shape.HeadSize,
        ["hidden_act"] = "silu",
        ["hidden_size"] = shape.Hidden,
        ["initializer_range"] = 0.02,
        ["intermediate_size"] = shape.Intermediate,
        ["max_position_embeddings"] = shape.MaxPositions,
        ["mlp_bias"] = false,
        ["model_type"] = "llama",
        ["num_attention_heads"] = shape.Heads,
        ["num_hidden_layers"] = shape.Layers,
        ["num_key_value_heads"] = shape.KeyValueHeads,
        ["pretraining_tp"] = 1,
        ["rms_norm_eps"] = shape.NormEpsilon,
        ["rope_scaling"] = null,
        ["rope_theta"] = shape.RopeTheta,
        ["tie_word_embeddings"] = true,
        ["torch_dtype"] = "bfloat16",
        ["transformers_version"] = "4.41.0",
        ["use_cache"] = true,
        ["vocab_size"] = shape.Vocabulary,
    };

    private static JsonObject GenerationDefaults() => new()
    {
        ["bos_token_id"] = SpecialTokens.Begin,
        ["eos_token_id"] = SpecialTokens.End,
        ["do_sample"] = true,
        ["temperature"] = 0.7,
        ["top_p"] = 0.95,
    };

    private static JsonObject TokenizerConfig(LlamaShape shape) => new()
    {
        ["added_tokens_decoder"] = AddedTokens(),
        ["add_bos_token"] = true,
        ["add_eos_token"] = false,
        ["bos_token"] = SpecialTokens.All[SpecialTokens.Begin],
        ["eos_token"] = SpecialTokens.All[SpecialTokens.End],
        ["unk_token"] = null,
        ["pad_token"] = null,
        ["chat_template"] = ChatTemplate.Jinja,
        ["clean_up_tokenization_spaces"] = false,
        ["model_max_length"] = shape.MaxPositions,
        ["tokenizer_class"] = "PreTrainedTokenizerFast",
    };

    private static JsonObject AddedTokens() => new(SpecialTokens.All.Select((token, id) =>
        KeyValuePair.Create(id.ToString(CultureInfo.InvariantCulture), (JsonNode?)Added(token))));

    private static JsonObject Added(string content) => new()
    {
        ["content"] = content,
        ["lstrip"] = false,
        ["normalized"] = false,
        ["rstrip"] = false,
        ["single_word"] = false,
        ["special"] = true,
    };
}
