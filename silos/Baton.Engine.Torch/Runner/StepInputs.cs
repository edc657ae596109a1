using TorchSharp;

namespace Baton.Engine.Torch.Runner;

/// <summary>
/// What one step feeds the model. Rows are the tokens of all entries; tensors live until the step ends.
/// </summary>
/// <param name="Tokens">Token id of each row.</param>
/// <param name="Cos">[rows, 1, head dim / 2] of each row's position.</param>
/// <param name="Sin">As <paramref name="Cos"/>.</param>
/// <param name="Kv">Where each row's keys and values go: [rows * kv heads].</param>
/// <param name="BegunBlocks">Blocks that the step begins and does not fill; null when there are none.</param>
/// <param name="Groups">The rows by how attention runs them, in order, without a gap.</param>
/// <param name="SampleRows">The rows whose logits are wanted; null when it is every row.</param>
/// <param name="SampleEntries">The plan's entry of each wanted row.</param>
internal sealed record StepInputs(
    torch.Tensor Tokens,
    torch.Tensor Cos,
    torch.Tensor Sin,
    KvPlaces Kv,
    torch.Tensor? BegunBlocks,
    IReadOnlyList<AttentionGroup> Groups,
    torch.Tensor? SampleRows,
    IReadOnlyList<int> SampleEntries);

/// <summary>Where new keys and values go.</summary>
/// <param name="KeyRows">Layer 0's row of each key: one head of one block.</param>
/// <param name="ValueRows">Layer 0's row of each value.</param>
/// <param name="Slots">The token's place in its block.</param>
internal sealed record KvPlaces(torch.Tensor KeyRows, torch.Tensor ValueRows, torch.Tensor Slots);

/// <summary>Rows that attend in one call: one prefill chunk, or decodes of similar context, one row each.</summary>
/// <param name="FirstRow">The first row.</param>
/// <param name="Sequences">Sequences in the group.</param>
/// <param name="Count">Rows of each sequence.</param>
/// <param name="Blocks">Blocks gathered for each sequence.</param>
/// <param name="Context">Positions that the longest sequence has, new ones included.</param>
/// <param name="KeyRows">Layer 0's block heads: [sequences, kv heads, blocks].</param>
/// <param name="ValueRows">As <paramref name="KeyRows"/>.</param>
/// <param name="Mask">
/// Added to the scores: [sequences, 1, 1, blocks * block tokens] for decodes, [rows, context] for a chunk with a
/// prefix; null when every row sees the whole context (one decode), or up to itself (a chunk that starts at 0). Never null
/// where a context is longer than the model's sliding window.
/// </param>
internal sealed record AttentionGroup(
    int FirstRow, int Sequences, int Count, int Blocks, int Context, torch.Tensor KeyRows, torch.Tensor ValueRows, torch.Tensor? Mask)
{
    public int Rows => Sequences * Count;
}
