using TorchSharp;
using static TorchSharp.torch;

namespace Baton.Engine.Torch.Weights;

/// <summary>Makes torch tensors of a model's weights on a device: stacked and converted to f32.</summary>
internal sealed class WeightLoader(Device device)
{
    private const ScalarType Type = ScalarType.Float32;

    /// <summary>Bytes of the tensors made so far.</summary>
    public long Bytes { get; private set; }

    public ModelWeights Load(StoredModel model)
    {
        var embedding = Single(model.Embedding);
        return new ModelWeights(
            embedding,
            [.. model.Layers.Select(Layer)],
            Single(model.Norm),
            model.Head == model.Embedding ? embedding : Single(model.Head));
    }

    private LayerWeights Layer(StoredLayer layer) => new(
        Single(layer.AttentionNorm),
        Linear(layer.Qkv),
        Optional(layer.QueryNorm),
        Optional(layer.KeyNorm),
        Linear(layer.Output),
        Single(layer.MlpNorm),
        Linear(layer.GateUp),
        Linear(layer.Down));

    private Linear Linear(StoredLinear linear) => new(
        linear.Parts is [var whole] ? Single(whole) : Stacked(linear.Parts),
        linear.Biases is { } biases ? Stacked(biases) : null);

    private Tensor? Optional(StoredTensor? stored) => stored is null ? null : Single(stored);

    private Tensor Single(StoredTensor stored)
    {
        if (!stored.IsReady(Type, device))
            return Stacked([stored]);

        Bytes += stored.Shape.Aggregate((long)Type.ElementSize(), (a, b) => a * b);
        return stored.Map();
    }

    private Tensor Stacked(StoredTensor[] parts)
    {
        long[] shape = [parts.Sum(p => p.Shape[0]), .. parts[0].Shape.AsSpan(1)];
        var whole = empty(shape, Type, device);
        long row = 0;
        foreach (var part in parts)
        {
            using var rows = whole.narrow(0, row, part.Shape[0]);
            part.CopyTo(rows);
            row += part.Shape[0];
        }

        Bytes += whole.numel() * Type.ElementSize();
        return whole;
    }
}
