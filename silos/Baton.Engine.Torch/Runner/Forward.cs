using Baton.Engine.Torch.Model;
using Baton.Engine.Torch.Weights;
using static TorchSharp.torch;

namespace Baton.Engine.Torch.Runner;

/// <summary>
/// The forward pass. Rows are all tokens of a step, so prefill chunks and decodes mix; only attention tells them apart.
/// </summary>
internal sealed class Forward(ModelConfig config, ModelWeights weights, KvPool kv)
{
    private readonly Attention _attention = new(config, kv);

    /// <summary>Runs all layers and writes the KV. The normed last state of the wanted rows: [rows, hidden].</summary>
    /// <param name="step">Its inputs.</param>
    /// <param name="layersWritten">Called after each layer, with the number of those that have run.</param>
    /// <param name="interrupt">Ends it between two layers.</param>
    public Tensor Run(StepInputs step, Action<int>? layersWritten, CancellationToken interrupt)
    {
        if (step.BegunBlocks is { } begun)
            kv.Clear(begun);

        // One tensor for the residual stream, updated in place: the layers' other tensors die with each layer.
        var x = weights.Embedding.index_select(0, step.Tokens);
        for (var i = 0; i < weights.Layers.Length; i++)
        {
            // A large prompt on a CPU takes seconds.
            interrupt.ThrowIfCancellationRequested();
            Layer(i, x, step);
            layersWritten?.Invoke(i + 1);
        }

        return Norm(step.SampleRows is null ? x : x.index_select(0, step.SampleRows), weights.Norm);
    }

    /// <summary>[rows, hidden] to [rows, vocabulary].</summary>
    public Tensor Logits(Tensor states) => nn.functional.linear(states, weights.Head);

    private void Layer(int index, Tensor x, StepInputs step)
    {
        using var scope = NewDisposeScope();
        var layer = weights.Layers[index];
        x.add_(layer.Output.Apply(Attend(index, Norm(x, layer.AttentionNorm), step)));
        x.add_(layer.Down.Apply(Gated(layer.GateUp.Apply(Norm(x, layer.MlpNorm)))));
    }

    private Tensor Attend(int index, Tensor x, StepInputs step)
    {
        int heads = config.Heads, kvHeads = config.KvHeads;
        var layer = weights.Layers[index];
        var qkv = layer.Qkv.Apply(x).view(-1, heads + (2 * kvHeads), config.HeadDim);
        if (layer is { QueryNorm: { } queryNorm, KeyNorm: { } keyNorm })
        {
            var (queries, keys) = (qkv.narrow(1, 0, heads), qkv.narrow(1, heads, kvHeads));
            queries.copy_(Norm(queries, queryNorm));
            keys.copy_(Norm(keys, keyNorm));
        }

        Rotate(qkv.narrow(1, 0, heads + kvHeads), step);
        Tensor New(int first) => qkv.narrow(1, first, kvHeads).reshape(-1, config.HeadDim);
        kv.Write(index, step.Kv, New(heads), New(heads + kvHeads));
        return _attention.Apply(index, qkv.narrow(1, 0, heads), step.Groups);
    }

    // In place on both halves of every query and key head: (a, b) -> (a cos - b sin, b cos + a sin).
    private void Rotate(Tensor heads, StepInputs step)
    {
        var half = config.HeadDim / 2;
        var (a, b) = (heads.narrow(2, 0, half), heads.narrow(2, half, half));
        var (aSin, bSin) = (a.mul(step.Sin), b.mul(step.Sin));
        a.mul_(step.Cos).sub_(bSin);
        b.mul_(step.Cos).add_(aSin);
    }

    private Tensor Gated(Tensor gateUp)
    {
        var inner = config.IntermediateSize;
        return nn.functional.silu(gateUp.narrow(1, 0, inner)).mul_(gateUp.narrow(1, inner, inner));
    }

    private Tensor Norm(Tensor x, Tensor weight)
    {
        var scale = x.mul(x).mean([-1], keepdim: true).add_(config.RmsNormEpsilon).rsqrt_();
        return x.mul(scale).mul_(weight);
    }
}
