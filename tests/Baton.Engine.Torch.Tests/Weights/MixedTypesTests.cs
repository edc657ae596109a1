using System.Text;
using System.Text.Json.Nodes;
using Baton.Engine.Torch.Cpu;
using Baton.Engine.Torch.Tests.Support;

namespace Baton.Engine.Torch.Tests.Weights;

/// <summary>Checkpoints of which a part only is bf16: no weight is rounded unless that was asked for and is told.</summary>
[Collection(TorchTests.Name)]
public sealed class MixedTypesTests : IDisposable
{
    private readonly TestModel _folder = new(type: "BF16", tied: false);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("model.layers.0.self_attn.q_proj.weight", "F32")]
    [InlineData("model.layers.0.self_attn.v_proj.weight", "F32")]
    [InlineData("model.layers.1.mlp.down_proj.weight", "F32")]
    [InlineData("model.layers.1.self_attn.o_proj.weight", "F16")]
    [InlineData("lm_head.weight", "F32")]
    public void OneTensorOfAnotherType_IsNotRounded(string name, string type)
    {
        Convert(name, type);
        var exact = Logprobs(WeightFormat.F32);
        Assert.Equal(exact, Logprobs(WeightFormat.Auto));
        Assert.NotEqual(exact.Logprobs, Logprobs(WeightFormat.BF16).Logprobs);
        Assert.NotEqual(exact.Fingerprint, Logprobs(WeightFormat.BF16).Fingerprint);
    }

    [Fact]
    public void OneTensorOfAnotherType_TheOthersStayBF16()
    {
        Convert("model.layers.1.mlp.up_proj.weight", "F32");
        using var model = _folder.Load();
        var layers = model.Packed!.Layers;
        Assert.Equal(WeightFormat.F32, layers[1].GateUp.Format);
        PackedMatrix[] others =
        [
            layers[0].Qkv, layers[0].Output, layers[0].GateUp, layers[0].Down,
            layers[1].Qkv, layers[1].Output, layers[1].Down, model.Packed.Head,
        ];
        Assert.All(others, m => Assert.Equal(WeightFormat.BF16, m.Format));
    }

    [Fact]
    public void AllInF16_IsF32()
    {
        using var folder = new TestModel(type: "F16");
        using var model = folder.Load();
        Assert.All(model.Packed!.Layers, l => Assert.Equal(WeightFormat.F32, l.Down.Format));
    }

    private (string Fingerprint, string Logprobs) Logprobs(WeightFormat format)
    {
        using var model = TorchModel.Load(_folder.Folder, new TorchOptions { Threads = 1, Weights = format });
        using var engine = new TestEngine(Backend.Cpu, model, 64);
        var sampled = engine.Prefill(engine.NewSequence(TestModel.Prompt(20), 32, TestModel.Vocabulary));
        var bits = sampled.Top!.OrderBy(t => t.Token).Select(t => BitConverter.SingleToUInt32Bits(t.Logprob));
        return (model.Layout.Fingerprint, string.Join(' ', bits));
    }

    // Gives one tensor other numbers, which bf16 does not hold.
    private void Convert(string name, string type)
    {
        var bytes = File.ReadAllBytes(_folder.WeightsPath);
        var length = (int)BitConverter.ToInt64(bytes);
        var header = JsonNode.Parse(Encoding.UTF8.GetString(bytes, 8, length))!.AsObject();
        var shape = header[name]!["shape"]!.AsArray().Select(d => d!.GetValue<int>()).ToArray();
        var random = new Random(23);
        var values = Safetensors.Values(shape, type, () => (float)(random.NextDouble() - 0.5));

        // Behind all others; where the old one was is a gap.
        var data = bytes.AsSpan(8 + length).ToArray();
        header[name] = Safetensors.Entry(type, shape, data.Length, data.Length + values.Length);
        Safetensors.WriteRaw(_folder.WeightsPath, header.ToJsonString(), [.. data, .. values]);
    }
}
