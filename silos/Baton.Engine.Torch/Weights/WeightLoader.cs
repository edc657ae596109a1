using Baton.Engine.Torch.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace Baton.Engine.Torch.Weights;

/// <summary>Builds <see cref="ModelWeights"/> from a checkpoint: checks names and shapes, fuses and converts.</summary>
internal sealed class WeightLoader(ModelConfig config, Checkpoint checkpoint, Device device)
{
    private const ScalarType Type = ScalarType.Float32;

    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <summary>Bytes of the tensors made so far.</summary>
    public long Bytes { get; private set; }

    public ModelWeights Load()
    {
        var embedding = Single("model.embed_tokens.weight", config.VocabularySize, config.HiddenSize);
        var layers = new LayerWeights[config.Layers];
        for (var i = 0; i < layers.Length; i++)
            layers[i] = Layer($"model.layers.{i}.");

        var norm = Single("model.norm.weight", config.HiddenSize);
        var head = config.TiedEmbeddings
            ? embedding
            : Single("lm_head.weight", config.VocabularySize, config.HiddenSize);
        RefuseExtra();
        return new ModelWeights(embedding, layers, norm, head);
    }

    private LayerWeights Layer(string prefix)
    {
        int hidden = config.HiddenSize, inner = config.IntermediateSize;
        string attention = prefix + "self_attn.", mlp = prefix + "mlp.";
        return new LayerWeights(
            Single(prefix + "input_layernorm.weight", hidden),
            Fused(
                config.AttentionBias,
                hidden,
                (attention + "q_proj", config.QuerySize),
                (attention + "k_proj", config.KvSize),
                (attention + "v_proj", config.KvSize)),
            Plain(config.AttentionBias, attention + "o_proj", hidden, config.QuerySize),
            Single(prefix + "post_attention_layernorm.weight", hidden),
            Fused(config.MlpBias, hidden, (mlp + "gate_proj", inner), (mlp + "up_proj", inner)),
            Plain(config.MlpBias, mlp + "down_proj", hidden, inner));
    }

    private Linear Plain(bool bias, string name, long outputs, long inputs) => new(
        Single(name + ".weight", outputs, inputs),
        bias ? Single(name + ".bias", outputs) : null);

    private Linear Fused(bool bias, long inputs, params (string Name, long Outputs)[] parts) => new(
        Stacked([.. parts.Select(p => Find(p.Name + ".weight", p.Outputs, inputs))]),
        bias ? Stacked([.. parts.Select(p => Find(p.Name + ".bias", p.Outputs))]) : null);

    private Tensor Single(string name, params long[] shape)
    {
        var stored = Find(name, shape);
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

    private StoredTensor Find(string name, params long[] shape)
    {
        _used.Add(name);
        return checkpoint.Get(name, shape);
    }

    // A tensor that nothing reads means that config.json describes another model.
    private void RefuseExtra()
    {
        var extra = checkpoint.Names.Where(n => !_used.Contains(n) && !IsRedundant(n)).Order().ToArray();
        if (extra.Length > 0)
        {
            var more = extra.Length > 3 ? $" and {extra.Length - 3} more" : "";
            throw new ModelFormatException(
                "The checkpoint has tensors that config.json has no place for: " +
                $"{string.Join(", ", extra.Take(3))}{more}.");
        }
    }

    // Old exporters store the rotary frequencies, and a copy of a tied head.
    private bool IsRedundant(string name) =>
        name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal)
        || (config.TiedEmbeddings && name == "lm_head.weight");
}
