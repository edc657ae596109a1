using Baton.Engine.Torch.Model;
using static TorchSharp.torch;

namespace Baton.Engine.Torch.Runner;

/// <summary>Attention of new rows over their sequences' KV blocks.</summary>
internal sealed class Attention(ModelConfig config, KvPool kv)
{
    /// <summary>
    /// [rows, heads, head dim] queries to [rows, heads * head dim]; the new KV is in the pool already.
    /// </summary>
    public Tensor Apply(int layer, Tensor queries, IReadOnlyList<AttentionGroup> groups)
    {
        if (groups.Count == 1)
            return Group(layer, queries, groups[0]);

        var parts = new Tensor[groups.Count];
        for (var i = 0; i < parts.Length; i++)
            parts[i] = Group(layer, queries.narrow(0, groups[i].FirstRow, groups[i].Rows), groups[i]);

        return cat(parts, 0);
    }

    private Tensor Group(int layer, Tensor queries, AttentionGroup group)
    {
        Tensor Heads(Tensor blocks) => blocks.view(
            group.Sequences, config.KvHeads, group.Blocks * TorchModel.BlockTokens, config.HeadDim);

        var (keys, values) = (Heads(kv.Keys(layer, group.KeyRows)), Heads(kv.Values(layer, group.ValueRows)));
        return group.Count == 1 ? Decode(queries, keys, values, group) : Chunk(queries, keys, values, group);
    }

    // The query heads that share a KV head become rows of one query: no copy of K and V for each of them.
    private Tensor Decode(Tensor queries, Tensor keys, Tensor values, AttentionGroup group)
    {
        if (group.Mask is null)
        {
            keys = keys.narrow(2, 0, group.Context);
            values = values.narrow(2, 0, group.Context);
        }

        var grouped = queries.view(group.Sequences, config.KvHeads, config.Group, config.HeadDim);
        return nn.functional.scaled_dot_product_attention(grouped, keys, values, group.Mask)
            .reshape(group.Sequences, config.QuerySize);
    }

    // The KV heads take the place of the batch, and the query heads of each share it with stride 0: again no copy, and
    // one mask serves all heads.
    private Tensor Chunk(Tensor queries, Tensor keys, Tensor values, AttentionGroup group)
    {
        Tensor Shared(Tensor heads) => heads.select(0, 0).unsqueeze(1).narrow(2, 0, group.Context)
            .expand(config.KvHeads, config.Group, group.Context, config.HeadDim);

        var grouped = queries.view(group.Count, config.KvHeads, config.Group, config.HeadDim).permute(1, 2, 0, 3);
        return nn.functional.scaled_dot_product_attention(
                grouped, Shared(keys), Shared(values), group.Mask, is_casual: group.Mask is null)
            .permute(2, 0, 1, 3)
            .reshape(group.Count, config.QuerySize);
    }
}
