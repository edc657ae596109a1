using static TorchSharp.torch;

namespace Baton.Training.Model;

/// <summary>
/// The forward pass in plain TorchSharp with gradients. Products run in <c>compute</c> (bfloat16 is four times faster
/// on CPUs that have it); the residual stream, norms and loss stay in float32.
/// </summary>
public sealed class LlamaTwin(LlamaWeights weights, ScalarType compute)
{
    private readonly LlamaShape _shape = weights.Shape;

    public LlamaWeights Weights { get; } = weights;

    /// <summary>Mean loss of predicting the targets from the ids, both [rows, tokens].</summary>
    public Tensor Loss(Tensor ids, Tensor targets)
    {
        using var scope = NewDisposeScope();
        return CrossEntropy(Scores(ids), targets).MoveToOuterDisposeScope();
    }

    /// <summary>Adds the gradients of the mean loss to the weights; returns the loss.</summary>
    public float Learn(Tensor ids, Tensor targets)
    {
        using var scope = NewDisposeScope();
        var scores = Scores(ids).view(-1, _shape.Vocabulary);
        var labels = targets.view(-1, 1);
        Tensor gradient;
        float loss;
        using (no_grad())
        {
            // softmax - one-hot, by hand: the library's own backward of the cross entropy takes four times as long.
            var share = nn.functional.softmax(scores.detach().to(ScalarType.Float32), 1);
            loss = -share.gather(1, labels).log().mean().item<float>();
            share.scatter_add_(1, labels, full_like(labels, -1, ScalarType.Float32));
            gradient = share.div_(labels.shape[0]).to(compute);
        }

        scores.backward([gradient]);
        return loss;
    }

    /// <summary>Float32 logits [rows, tokens, vocabulary].</summary>
    public Tensor Logits(Tensor ids)
    {
        using var scope = NewDisposeScope();
        return Scores(ids).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    private Tensor CrossEntropy(Tensor scores, Tensor targets) => nn.functional.cross_entropy(
        scores.view(-1, _shape.Vocabulary).to(ScalarType.Float32), targets.view(-1));

    private Tensor Scores(Tensor ids)
    {
        long rows = ids.shape[0], length = ids.shape[1];
        var embedding = Weights[LlamaWeights.Embedding];
        var hidden = embedding.index_select(0, ids.view(-1)).view(rows, length, _shape.Hidden);
        var (cos, sin) = Rotation(length);
        for (var layer = 0; layer < _shape.Layers; layer++)
        {
            var prefix = $"model.layers.{layer}.";
            hidden = hidden + Attention(prefix, Norm(prefix + "input_layernorm.weight", hidden), cos, sin);
            hidden = hidden + FeedForward(prefix, Norm(prefix + "post_attention_layernorm.weight", hidden));
        }

        var last = Norm(LlamaWeights.FinalNorm, hidden);
        return nn.functional.linear(last, embedding.to(compute));
    }

    private Tensor Norm(string name, Tensor hidden)
    {
        var scale = hidden.square().mean([-1L], keepdim: true).add(_shape.NormEpsilon).rsqrt();
        return (hidden * scale * Weights[name]).to(compute);
    }

    private Tensor Attention(string prefix, Tensor input, Tensor cos, Tensor sin)
    {
        prefix += "self_attn.";
        long rows = input.shape[0], length = input.shape[1];
        int heads = _shape.Heads, shared = _shape.KeyValueHeads, size = _shape.HeadSize;
        var query = Rotate(Heads(Linear(prefix + "q_proj", input), heads), cos, sin);
        var key = Rotate(Heads(Linear(prefix + "k_proj", input), shared), cos, sin);
        var value = Heads(Linear(prefix + "v_proj", input), shared);
        var mixed = nn.functional.scaled_dot_product_attention(
            query, Repeat(key, heads / shared), Repeat(value, heads / shared), is_casual: true);
        var joined = mixed.transpose(1, 2).reshape(rows, length, heads * size);
        return Linear(prefix + "o_proj", joined).to(ScalarType.Float32);
    }

    private Tensor FeedForward(string prefix, Tensor input)
    {
        prefix += "mlp.";
        var gate = nn.functional.silu(Linear(prefix + "gate_proj", input));
        return Linear(prefix + "down_proj", gate * Linear(prefix + "up_proj", input)).to(ScalarType.Float32);
    }

    private Tensor Linear(string name, Tensor input) =>
        nn.functional.linear(input, Weights[name + ".weight"].to(compute));

    private Tensor Heads(Tensor flat, int heads) =>
        flat.view(flat.shape[0], flat.shape[1], heads, _shape.HeadSize).transpose(1, 2);

    // Query head h reads key head h / group, as in the Hugging Face layout.
    private static Tensor Repeat(Tensor heads, int group)
    {
        long rows = heads.shape[0], shared = heads.shape[1], length = heads.shape[2], size = heads.shape[3];
        return heads.unsqueeze(2).expand(rows, shared, group, length, size).reshape(rows, shared * group, length, size);
    }

    private Tensor Rotate(Tensor heads, Tensor cos, Tensor sin)
    {
        var half = _shape.HeadSize / 2;
        var first = heads.narrow(3, 0, half);
        var second = heads.narrow(3, half, half);
        return cat([(first * cos) - (second * sin), (second * cos) + (first * sin)], 3);
    }

    private (Tensor Cos, Tensor Sin) Rotation(long length)
    {
        var half = _shape.HeadSize / 2;
        var frequency = pow(_shape.RopeTheta, arange(half, ScalarType.Float32) / -half);
        var angle = outer(arange(length, ScalarType.Float32), frequency);
        return (angle.cos().to(compute), angle.sin().to(compute));
    }
}
