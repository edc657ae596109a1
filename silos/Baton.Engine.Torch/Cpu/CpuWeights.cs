using Baton.Engine.Torch.Native;
using Baton.Engine.Torch.Weights;
using static TorchSharp.torch;

namespace Baton.Engine.Torch.Cpu;

/// <summary>A projection's memory: weight [outputs, inputs], bias [outputs] or null.</summary>
internal readonly unsafe struct CpuLinear(Linear linear)
{
    public readonly float* Weight = CpuWeights.Address(linear.Weight);
    public readonly float* Bias = linear.Bias is null ? null : CpuWeights.Address(linear.Bias);
    public readonly int Outputs = (int)linear.Weight.shape[0];
    public readonly int Inputs = (int)linear.Weight.shape[1];
}

/// <summary>A layer's memory.</summary>
internal readonly unsafe struct CpuLayer(LayerWeights layer)
{
    public readonly float* AttentionNorm = CpuWeights.Address(layer.AttentionNorm);
    public readonly CpuLinear Qkv = new(layer.Qkv);
    public readonly CpuLinear Output = new(layer.Output);
    public readonly float* MlpNorm = CpuWeights.Address(layer.MlpNorm);
    public readonly CpuLinear GateUp = new(layer.GateUp);
    public readonly CpuLinear Down = new(layer.Down);
}

/// <summary>Where the weights of a loaded model lie. Valid while the model is.</summary>
internal sealed unsafe class CpuWeights(ModelWeights weights)
{
    public float* Embedding { get; } = Address(weights.Embedding);

    public CpuLayer[] Layers { get; } = [.. weights.Layers.Select(l => new CpuLayer(l))];

    public float* Norm { get; } = Address(weights.Norm);

    public CpuLinear Head { get; } = new(new Linear(weights.Head, null));

    internal static float* Address(Tensor tensor) => (float*)Blob.Address(tensor);
}
