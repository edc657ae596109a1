using static TorchSharp.torch;

namespace Baton.Engine.Torch.Weights;

/// <summary>A linear projection: weight [outputs, inputs] as in checkpoints, and bias [outputs] or null.</summary>
internal sealed record Linear(Tensor Weight, Tensor? Bias)
{
    public Tensor[] All => Bias is null ? [Weight] : [Weight, Bias];

    /// <summary>[rows, inputs] to [rows, outputs].</summary>
    public Tensor Apply(Tensor x) => nn.functional.linear(x, Weight, Bias);
}

/// <summary>The weights of one layer.</summary>
/// <param name="AttentionNorm">[hidden].</param>
/// <param name="Qkv">Query, key and value projections stacked: [(heads + 2 kv heads) * head dim, hidden].</param>
/// <param name="QueryNorm">[head dim], or null.</param>
/// <param name="KeyNorm">[head dim], or null.</param>
/// <param name="Output">[hidden, heads * head dim].</param>
/// <param name="MlpNorm">[hidden].</param>
/// <param name="GateUp">Gate and up projections stacked: [2 * intermediate, hidden].</param>
/// <param name="Down">[hidden, intermediate].</param>
internal sealed record LayerWeights(
    Tensor AttentionNorm,
    Linear Qkv,
    Tensor? QueryNorm,
    Tensor? KeyNorm,
    Linear Output,
    Tensor MlpNorm,
    Linear GateUp,
    Linear Down)
{
    public IEnumerable<Tensor> All =>
    [
        AttentionNorm, MlpNorm, .. Qkv.All, .. Output.All, .. GateUp.All, .. Down.All,
        .. QueryNorm is null ? (ReadOnlySpan<Tensor>)[] : [QueryNorm],
        .. KeyNorm is null ? (ReadOnlySpan<Tensor>)[] : [KeyNorm],
    ];
}

/// <summary>All weights of a model. Read-only, so every runner of a process shares them.</summary>
/// <param name="Embedding">[vocabulary, hidden].</param>
/// <param name="Layers">In order.</param>
/// <param name="Norm">[hidden].</param>
/// <param name="Head">[vocabulary, hidden]; the embedding itself where the model ties them.</param>
internal sealed record ModelWeights(Tensor Embedding, LayerWeights[] Layers, Tensor Norm, Tensor Head)
{
    /// <summary>Every tensor once.</summary>
    public IEnumerable<Tensor> All =>
    [
        Embedding,
        .. Layers.SelectMany(l => l.All),
        Norm,
        .. ReferenceEquals(Head, Embedding) ? (ReadOnlySpan<Tensor>)[] : [Head],
    ];
}
