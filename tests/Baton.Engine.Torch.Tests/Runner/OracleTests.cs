using System.Text.Json.Nodes;
using Baton.Engine.Torch.Tests.Support;
using Baton.Oracle;

namespace Baton.Engine.Torch.Tests.Runner;

/// <summary>
/// Models of every supported shape against a float64 forward pass that shares no code with the engine.
/// </summary>
public abstract class OracleTests(Backend backend)
{
    [Collection(TorchTests.Name)]
    public sealed class OnCpu() : OracleTests(Backend.Cpu);

    [Collection(TorchTests.Name)]
    public sealed class OnTorch() : OracleTests(Backend.Torch);

    private const double Tolerance = 1e-4;

    [Fact]
    public void GroupedQueries_AgreeWithOracle() => Check(new TestModel());

    [Fact]
    public void OneQueryPerKvHead_AgreesWithOracle() => Check(new TestModel(heads: 4, kvHeads: 4));

    [Fact]
    public void OneKvHead_AgreesWithOracle() => Check(new TestModel(heads: 8, kvHeads: 1));

    [Fact]
    public void UntiedHead_AgreesWithOracle() => Check(new TestModel(tied: false));

    [Fact]
    public void AttentionAndMlpBias_AgreeWithOracle() => Check(new TestModel(config: c =>
    {
        c["attention_bias"] = true;
        c["mlp_bias"] = true;
    }));

    [Theory]
    [InlineData(6)]
    [InlineData(20)]
    public void HeadDimOfItsOwn_AgreesWithOracle(int headDim) => Check(new TestModel(headDim: headDim));

    [Fact]
    public void RopeTheta_AgreesWithOracle() => Check(new TestModel(config: c => c["rope_theta"] = 500.0));

    [Fact]
    public void Llama3Rope_AgreesWithOracle() => Check(new TestModel(headDim: 16, config: Stretch));

    [Fact]
    public void RopeParameters_NewerSpelling_IsTheSameModel()
    {
        using var older = new TestModel(config: c =>
        {
            Stretch(c);
            c["rope_theta"] = 500.0;
        });
        using var newer = new TestModel(config: c =>
        {
            Stretch(c);
            c["rope_parameters"] = c["rope_scaling"]!.DeepClone();
            c["rope_parameters"]!["rope_theta"] = 500.0;
            c.Remove("rope_scaling");
        });
        Assert.Equal(Logprobs(older, TestModel.Prompt(40)), Logprobs(newer, TestModel.Prompt(40)));
    }

    [Theory]
    [InlineData("BF16", 1)]
    [InlineData("F16", 1)]
    [InlineData("F32", 3)]
    [InlineData("BF16", 2)]
    public void TypesAndShards_AgreeWithOracle(string type, int shards) =>
        Check(new TestModel(tied: false, type: type, shards: shards));

    [Theory]
    [InlineData("MistralForCausalLM", null)]
    [InlineData("MistralForCausalLM", 1)]
    [InlineData("MistralForCausalLM", 9)]
    [InlineData("MistralForCausalLM", 32)]
    [InlineData("MistralForCausalLM", 53)]
    [InlineData("Phi3ForCausalLM", 21)]
    public void SlidingWindow_AgreesWithOracle(string architecture, int? window) => Check(new TestModel(config: c =>
    {
        c["architectures"] = new JsonArray(architecture);
        c["sliding_window"] = window;
    }));

    [Theory]
    [InlineData("Qwen2ForCausalLM")]
    [InlineData("Qwen3ForCausalLM")]
    [InlineData("Phi3ForCausalLM")]
    public void Family_AgreesWithOracle(string architecture) => Check(new TestModel(headDim: 16, config: c =>
    {
        c["architectures"] = new JsonArray(architecture);
        c["use_sliding_window"] = false;
        c["rope_theta"] = 1e6;
    }));

    [Fact]
    public void Qwen3_WithBias_AgreesWithOracle() => Check(new TestModel(config: c =>
    {
        c["architectures"] = new JsonArray("Qwen3ForCausalLM");
        c["attention_bias"] = true;
    }));

    private static void Stretch(JsonObject config) => config["rope_scaling"] = new JsonObject
    {
        ["rope_type"] = "llama3",
        ["factor"] = 8.0,
        ["low_freq_factor"] = 1.0,
        ["high_freq_factor"] = 4.0,
        ["original_max_position_embeddings"] = 64,
    };

    private void Check(TestModel folder)
    {
        using (folder)
        {
            using var model = folder.Load();
            var oracle = new OracleModel(folder.Folder);
            foreach (var chunk in new[] { 1, 7, 64 })
            {
                using var engine = new TestEngine(backend, model, 64);
                var sequence = engine.NewSequence(TestModel.Prompt(50), 60, TestModel.Vocabulary);
                var sampled = engine.Prefill(sequence, chunk);
                var expected = oracle.Prompt(sequence.Tokens.ToArray());
                for (var i = 0; i < 5; i++)
                {
                    AssertClose(Probability.LogSoftmax(expected), sampled.Top!);
                    sequence.Append(sampled.Token);
                    expected = oracle.Step(sampled.Token);
                    sampled = engine.Decode(sequence)[0];
                }
            }
        }
    }

    private float[] Logprobs(TestModel folder, int[] prompt)
    {
        using var model = folder.Load();
        using var engine = new TestEngine(backend, model, 64);
        var top = engine.Prefill(engine.NewSequence(prompt, prompt.Length, TestModel.Vocabulary)).Top!;
        return [.. top.OrderBy(t => t.Token).Select(t => t.Logprob)];
    }

    private static void AssertClose(double[] expected, Core.Sampling.TokenLogprob[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.True(expected.Max() - expected.Min() > 1, "The logits of the test model are too flat to tell anything.");
        foreach (var (token, logprob) in actual)
            Assert.Equal(expected[token], logprob, Tolerance);
    }
}
