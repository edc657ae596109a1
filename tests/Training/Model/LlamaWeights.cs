using static TorchSharp.torch;

namespace Baton.Training.Model;

/// <summary>The trainable tensors by their Hugging Face names, in float32.</summary>
public sealed class LlamaWeights
{
    public const string Embedding = "model.embed_tokens.weight";
    public const string FinalNorm = "model.norm.weight";

    private readonly SortedDictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);

    public LlamaWeights(LlamaShape shape, long seed)
    {
        Shape = shape;
        manual_seed(seed);
        Add(Embedding, 0.02, shape.Vocabulary, shape.Hidden);
        Add(FinalNorm, 0, shape.Hidden);
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            AddLayer($"model.layers.{layer}.");
        }
    }

    public LlamaShape Shape { get; }

    public IReadOnlyDictionary<string, Tensor> Tensors => _tensors;

    public long ParameterCount => _tensors.Values.Sum(t => t.numel());

    public Tensor this[string name] => _tensors[name];

    private void AddLayer(string prefix)
    {
        // Projections that write to the residual stream start smaller, so that depth does not blow it up.
        var writes = 0.02 / Math.Sqrt(2.0 * Shape.Layers);
        int queries = Shape.Heads * Shape.HeadSize, keys = Shape.KeyValueHeads * Shape.HeadSize;
        Add(prefix + "input_layernorm.weight", 0, Shape.Hidden);
        Add(prefix + "post_attention_layernorm.weight", 0, Shape.Hidden);
        Add(prefix + "self_attn.q_proj.weight", 0.02, queries, Shape.Hidden);
        Add(prefix + "self_attn.k_proj.weight", 0.02, keys, Shape.Hidden);
        Add(prefix + "self_attn.v_proj.weight", 0.02, keys, Shape.Hidden);
        Add(prefix + "self_attn.o_proj.weight", writes, Shape.Hidden, queries);
        Add(prefix + "mlp.gate_proj.weight", 0.02, Shape.Intermediate, Shape.Hidden);
        Add(prefix + "mlp.up_proj.weight", 0.02, Shape.Intermediate, Shape.Hidden);
        Add(prefix + "mlp.down_proj.weight", writes, Shape.Hidden, Shape.Intermediate);
    }

    private void Add(string name, double deviation, params long[] size)
    {
        using var noise = deviation == 0 ? ones(size) : randn(size).mul_(deviation);
        _tensors[name] = noise.detach().clone().requires_grad_(true);
    }
}
