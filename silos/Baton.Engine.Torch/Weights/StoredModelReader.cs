using Baton.Engine.Torch.Model;

namespace Baton.Engine.Torch.Weights;

/// <summary>Finds what config.json speaks of in a checkpoint: every name, every shape, and nothing else.</summary>
internal sealed class StoredModelReader(ModelConfig config, Checkpoint checkpoint)
{
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <exception cref="ModelFormatException">Something is missing, of another shape, or has no place.</exception>
    public StoredModel Read()
    {
        var embedding = Find("model.embed_tokens.weight", config.VocabularySize, config.HiddenSize);
        var layers = new StoredLayer[config.Layers];
        for (var i = 0; i < layers.Length; i++)
            layers[i] = Layer($"model.layers.{i}.");

        var norm = Find("model.norm.weight", config.HiddenSize);
        var head = config.TiedEmbeddings
            ? embedding
            : Find("lm_head.weight", config.VocabularySize, config.HiddenSize);
        RefuseExtra();
        return new StoredModel(embedding, layers, norm, head);
    }

    private StoredLayer Layer(string prefix)
    {
        int hidden = config.HiddenSize, inner = config.IntermediateSize;
        string attention = prefix + "self_attn.", mlp = prefix + "mlp.";
        return new StoredLayer(
            Find(prefix + "input_layernorm.weight", hidden),
            config.FusedTensors
                ? Linear(config.QkvBias, hidden, (attention + "qkv_proj", config.QuerySize + (2 * config.KvSize)))
                : Linear(
                    config.QkvBias,
                    hidden,
                    (attention + "q_proj", config.QuerySize),
                    (attention + "k_proj", config.KvSize),
                    (attention + "v_proj", config.KvSize)),
            config.QueryKeyNorm ? Find(attention + "q_norm.weight", config.HeadDim) : null,
            config.QueryKeyNorm ? Find(attention + "k_norm.weight", config.HeadDim) : null,
            Linear(config.OutputBias, config.QuerySize, (attention + "o_proj", hidden)),
            Find(prefix + "post_attention_layernorm.weight", hidden),
            config.FusedTensors
                ? Linear(config.MlpBias, hidden, (mlp + "gate_up_proj", 2 * inner))
                : Linear(config.MlpBias, hidden, (mlp + "gate_proj", inner), (mlp + "up_proj", inner)),
            Linear(config.MlpBias, inner, (mlp + "down_proj", hidden)));
    }

    private StoredLinear Linear(bool bias, long inputs, params (string Name, long Outputs)[] parts) => new(
        [.. parts.Select(p => Find(p.Name + ".weight", p.Outputs, inputs))],
        bias ? [.. parts.Select(p => Find(p.Name + ".bias", p.Outputs))] : null);

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
                $"{string.Join(", ", extra.Take(3).Select(n => Untrusted.Shown(n)))}{more}.");
        }
    }

    // Old exporters store the rotary frequencies, and a copy of a tied head.
    private bool IsRedundant(string name) =>
        name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal)
        || (config.TiedEmbeddings && name == "lm_head.weight");
}
