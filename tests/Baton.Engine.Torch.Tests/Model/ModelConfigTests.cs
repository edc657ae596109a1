using System.Text.Json.Nodes;
using Baton.Engine.Torch.Model;

namespace Baton.Engine.Torch.Tests.Model;

public sealed class ModelConfigTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("baton-config-").FullName;
    private readonly JsonObject _config = new()
    {
        ["architectures"] = new JsonArray("LlamaForCausalLM"),
        ["vocab_size"] = 128,
        ["hidden_size"] = 64,
        ["intermediate_size"] = 96,
        ["num_hidden_layers"] = 2,
        ["num_attention_heads"] = 8,
        ["num_key_value_heads"] = 4,
        ["max_position_embeddings"] = 512,
        ["rms_norm_eps"] = 1e-5,
        ["eos_token_id"] = 2,
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Read_AbsentFields_TakeTheirDefaults()
    {
        _config.Remove("num_key_value_heads");
        var config = Read();
        Assert.Equal((8, 8, 10_000.0), (config.KvHeads, config.HeadDim, config.RopeTheta));
        Assert.False(config.TiedEmbeddings || config.QkvBias || config.MlpBias);
        Assert.Null(config.RopeScaling);
    }

    [Fact]
    public void Read_RopeParameters_GoBeforeTheOlderFields()
    {
        _config["rope_theta"] = 20_000.0;
        _config["rope_scaling"] = new JsonObject { ["type"] = "linear" };
        _config["rope_parameters"] = JsonNode.Parse("""
            {"rope_type": "llama3", "rope_theta": 5e5, "partial_rotary_factor": 1.0, "factor": 8, "low_freq_factor": 1,
             "high_freq_factor": 4, "original_max_position_embeddings": 256}
            """);
        var config = Read();
        Assert.Equal((500_000.0, new RopeScaling(8, 1, 4, 256)), (config.RopeTheta, config.RopeScaling));
    }

    [Theory]
    [InlineData("""["full_attention", "full_attention"]""", 500_000.0, true)]
    [InlineData("""["sliding_attention", "sliding_attention"]""", 20_000.0, false)]
    public void Read_RopeParametersByLayerType_ThoseOfTheLayers(string types, double theta, bool scaled)
    {
        _config["rope_theta"] = 20_000.0;
        _config["layer_types"] = JsonNode.Parse(types);
        _config["rope_parameters"] = JsonNode.Parse("""
            {"sliding_attention": {"rope_type": "default"},
             "full_attention": {"rope_type": "llama3", "rope_theta": 5e5, "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4,
                                "original_max_position_embeddings": 256}}
            """);
        var config = Read();
        Assert.Equal((theta, scaled ? new RopeScaling(8, 1, 4, 256) : null), (config.RopeTheta, config.RopeScaling));
    }

    [Theory]
    [InlineData("""["full_attention", "sliding_attention"]""", """{"rope_theta": 3e4}""")]
    [InlineData("null", """{"rope_theta": 30000.0, "rope_type": "default"}""")]
    [InlineData("null", "null")]
    public void Read_RopeParametersByLayerType_EqualOnes(string types, string sliding)
    {
        _config["layer_types"] = JsonNode.Parse(types);
        _config["rope_parameters"] = JsonNode.Parse($$"""{"full_attention": {"rope_theta": 3e4}, "sliding_attention": {{sliding}}}""");
        Assert.Equal(30_000.0, Read().RopeTheta);
    }

    [Theory]
    [InlineData("rope_parameters", """{"a": {"rope_theta": 3e4}, "b": {"rope_theta": 4e4}}""", "config.json: rope_parameters: b is not as config.json: rope_parameters: a; layers that")]
    [InlineData("rope_scaling", """{"a": {"type": "default"}, "b": {"type": "linear"}}""", "config.json: rope_scaling: b: rope_type is linear; supported")]
    [InlineData("rope_parameters", """{"a": {}, "b": {"partial_rotary_factor": 0.5}}""", "rope_parameters: b: partial_rotary_factor is 0.5")]
    [InlineData("rope_parameters", """{"rope_theta": 1e4, "a": {"rope_theta": 1e4}}""", "rope_parameters: a stands beside settings for all layers")]
    [InlineData("rope_parameters", """{"c": {}}""", "rope_parameters: a is missing, but layer_types has it")]
    [InlineData("layer_types", """["a", 1]""", "layer_types must be a list of names")]
    [InlineData("layer_types", "[]", "layer_types must be a list of names")]
    [InlineData("layer_types", "\"a\"", "layer_types must be a list of names")]
    public void Read_RopeByLayerTypeThatCannotHoldForAll_IsRefusedByName(string field, string value, string message)
    {
        _config["layer_types"] = new JsonArray("a", "b");
        _config["rope_parameters"] = JsonNode.Parse("""{"a": {}, "b": {}}""");
        if (field == "rope_scaling")
            _config.Remove("rope_parameters");
        _config[field] = JsonNode.Parse(value);
        Assert.Contains(message, Assert.Throws<ModelFormatException>(() => Read()).Message);
    }

    [Theory]
    [InlineData(
        "architectures",
        """["Qwen9ForCausalLM"]""",
        "architectures is Qwen9ForCausalLM; supported are LlamaForCausalLM, MistralForCausalLM, Qwen2ForCausalLM, Qwen3ForCausalLM, Phi3ForCausalLM")]
    [InlineData("architectures", "null", "architectures is missing")]
    [InlineData("hidden_size", "null", "hidden_size is missing")]
    [InlineData("hidden_size", "\"64\"", "hidden_size is \"64\"; it must be a whole number from 1 to 131072")]
    [InlineData("hidden_size", "-64", "hidden_size is -64")]
    [InlineData("hidden_size", "60", "num_attention_heads is 8; it must divide hidden_size 60")]
    [InlineData("hidden_size", "8", "head_dim is 1; rotary embeddings need an even number")]
    [InlineData("head_dim", "7", "head_dim is 7; rotary embeddings need an even number")]
    [InlineData("num_key_value_heads", "3", "num_key_value_heads is 3; it must divide 8 attention heads")]
    [InlineData("num_key_value_heads", "16", "num_key_value_heads is 16")]
    [InlineData("num_hidden_layers", "1e9", "num_hidden_layers is 1e9")]
    [InlineData("rms_norm_eps", "0", "rms_norm_eps is 0")]
    [InlineData("hidden_act", "\"gelu\"", "hidden_act is gelu; only silu is supported")]
    [InlineData("tie_word_embeddings", "1", "tie_word_embeddings is 1; it must be true or false")]
    [InlineData(
        "rope_scaling",
        """{"type": "linear", "factor": 2}""",
        "rope_type is linear; supported are default and llama3")]
    [InlineData("rope_scaling", "[]", "rope_scaling must be an object")]
    [InlineData(
        "rope_scaling",
        """{"rope_type": "llama3", "factor": 8, "low_freq_factor": 4, "high_freq_factor": 4}""",
        "high_freq_factor must be greater than low_freq_factor")]
    [InlineData("quantization_config", "{}", "quantization_config is set; quantized checkpoints are not supported")]
    public void Read_BadValue_NamesFileAndField(string field, string value, string message)
    {
        _config[field] = JsonNode.Parse(value);
        var error = Assert.Throws<ModelFormatException>(() => Read());
        Assert.StartsWith("config.json: ", error.Message);
        Assert.Contains(message, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("LlamaForCausalLM", false, false, null)]
    [InlineData("MistralForCausalLM", false, false, 256)]
    [InlineData("Phi3ForCausalLM", false, false, 256)]
    [InlineData("Qwen2ForCausalLM", true, false, null)]
    [InlineData("Qwen3ForCausalLM", false, true, null)]
    public void Read_Family_HasItsOwn(string architecture, bool qkvBias, bool queryKeyNorm, int? window)
    {
        _config["architectures"] = new JsonArray(architecture);
        _config["sliding_window"] = 256;
        _config["use_sliding_window"] = false;
        var config = Read();
        Assert.Equal((qkvBias, false, queryKeyNorm), (config.QkvBias, config.OutputBias, config.QueryKeyNorm));
        Assert.Equal((window, architecture == "Phi3ForCausalLM"), (config.SlidingWindow, config.FusedTensors));
    }

    [Theory]
    [InlineData("Qwen2ForCausalLM", "use_sliding_window", "true", "use_sliding_window is true; a window in some layers only")]
    [InlineData("Phi3ForCausalLM", "partial_rotary_factor", "0.75", "partial_rotary_factor is 0.75; only whole heads")]
    [InlineData(
        "Phi3ForCausalLM",
        "rope_parameters",
        """{"rope_theta": 1e4, "rope_type": "default", "partial_rotary_factor": 0.5}""",
        "config.json: rope_parameters: partial_rotary_factor is 0.5; only whole heads")]
    [InlineData(
        "LlamaForCausalLM",
        "rope_scaling",
        """{"rope_type": "default", "partial_rotary_factor": 0.5}""",
        "config.json: rope_scaling: partial_rotary_factor is 0.5; only whole heads")]
    [InlineData("Phi3ForCausalLM", "rope_scaling", """{"type": "longrope"}""", "rope_type is longrope; supported are default and llama3")]
    public void Read_WhatAFamilyHasBesides_IsRefusedByName(string architecture, string field, string value, string message)
    {
        _config["architectures"] = new JsonArray(architecture);
        _config[field] = JsonNode.Parse(value);
        Assert.Contains(message, Assert.Throws<ModelFormatException>(() => Read()).Message);
    }

    [Theory]
    [InlineData("architectures", """["$"]""")]
    [InlineData("architectures", """["$", "$", "$", "$"]""")]
    [InlineData("hidden_act", "\"$\"")]
    [InlineData("hidden_size", "\"$\"")]
    [InlineData("rope_scaling", """{"type": "$"}""")]
    [InlineData("rope_parameters", """{"$": {}, "a": {"rope_theta": 7}}""")]
    [InlineData("rope_parameters", """{"$": {}, "rope_theta": 7}""")]
    public void Read_HostileText_OneShortLine(string field, string value)
    {
        foreach (var text in (string[])[@"x\nFATAL: y", @"\u001b[2J\u2028\u202e", new string('n', 1 << 20)])
        {
            _config[field] = JsonNode.Parse(value.Replace("$", text, StringComparison.Ordinal));
            var message = Assert.Throws<ModelFormatException>(() => Read()).Message;
            Assert.DoesNotContain(message, c => char.IsControl(c) || c is '\u2028' or '\u202e');
            Assert.InRange(message.Length, 1, 800);
        }
    }

    [Theory]
    [InlineData("{\"a\": ", "config.json is not valid JSON (line 1")]
    [InlineData("[1]", "config.json must hold a JSON object")]
    public void Read_BrokenFile_SaysSo(string text, string message)
    {
        File.WriteAllText(Path.Combine(_folder, "config.json"), text);
        Assert.Contains(message, Assert.Throws<ModelFormatException>(() => ModelConfigReader.Read(_folder)).Message);
    }

    [Fact]
    public void Read_NoFile_SaysSo() => Assert.StartsWith(
        "config.json is missing", Assert.Throws<ModelFormatException>(() => ModelConfigReader.Read(_folder)).Message);

    [Fact]
    public void Generation_FileOverConfig_ListsAndSingles()
    {
        _config["bos_token_id"] = 1;
        Write();
        var plain = GenerationDefaults.Read(_folder, 128);
        Assert.Equal((1, null, null), (plain.BeginToken, plain.Temperature, plain.MinP));
        Assert.Equal([2], plain.EndTokens);

        Generation("""
            {"eos_token_id": [5, 6], "temperature": 0.6, "top_p": 0.9, "min_p": 0.05, "top_k": 20, "repetition_penalty": 1.1}
            """);
        var own = GenerationDefaults.Read(_folder, 128);
        Assert.Equal([5, 6], own.EndTokens);
        Assert.Equal((0.6, 0.9, 0.05, 20), (own.Temperature, own.TopP, own.MinP, own.TopK));
        Assert.Equal((1, 1.1), (own.BeginToken, own.RepetitionPenalty));
    }

    [Theory]
    [InlineData("""{"eos_token_id": 128}""", "generation_config.json: eos_token_id has 128; ids go from 0 to 127")]
    [InlineData("""{"eos_token_id": [1, "x"]}""", "generation_config.json: eos_token_id has \"x\"")]
    [InlineData("""{"top_p": 2}""", "generation_config.json: top_p is 2; it must be from 0 to 1")]
    [InlineData("""{"min_p": -0.1}""", "generation_config.json: min_p is -0.1; it must be from 0 to 1")]
    [InlineData("""{"min_p": 1.5}""", "generation_config.json: min_p is 1.5; it must be from 0 to 1")]
    public void Generation_BadValue_NamesFileAndField(string text, string message)
    {
        Write();
        Generation(text);
        Assert.StartsWith(
            message, Assert.Throws<ModelFormatException>(() => GenerationDefaults.Read(_folder, 128)).Message);
    }

    private ModelConfig Read()
    {
        Write();
        return ModelConfigReader.Read(_folder);
    }

    private void Write() => File.WriteAllText(Path.Combine(_folder, "config.json"), _config.ToJsonString());

    private void Generation(string text) =>
        File.WriteAllText(Path.Combine(_folder, "generation_config.json"), text);
}
