using Baton.Core.Scheduling;

namespace Baton.Engine.Torch.Runner;

/// <summary>
/// Orders the entries of a plan into rows: prefill chunks first, then decodes from the longest context to the shortest,
/// so that decodes of similar context are neighbours and share one attention call. Reused from step to step.
/// </summary>
internal sealed class StepRows
{
    private readonly List<int> _order = [];

    /// <summary>Indices of the plan's entries, in row order.</summary>
    public IReadOnlyList<int> Order => _order;

    public void Arrange(BatchPlan plan)
    {
        _order.Clear();
        for (var i = 0; i < plan.Entries.Count; i++)
            _order.Add(i);

        _order.Sort((a, b) => Compare(plan.Entries[a], plan.Entries[b]) is var c and not 0 ? c : a - b);
    }

    /// <summary>How many entries from <paramref name="start"/> (in row order) attend in one call.</summary>
    public int GroupLength(BatchPlan plan, int start)
    {
        var first = plan.Entries[_order[start]];
        if (first.Count > 1)
            return 1;

        // All are padded to the longest; past half its length padding would cost more than a call of its own.
        var end = start + 1;
        while (end < _order.Count && 2 * ContextBlocks(plan.Entries[_order[end]]) >= ContextBlocks(first))
            end++;

        return end - start;
    }

    /// <summary>Blocks that hold everything the entry's last token sees.</summary>
    public static int ContextBlocks(BatchEntry entry) =>
        (entry.FirstPosition + entry.Count + TorchModel.BlockTokens - 1) / TorchModel.BlockTokens;

    /// <summary>The block that the entry begins and does not fill; null when there is none.</summary>
    public static int? BegunBlock(BatchEntry entry)
    {
        var end = entry.FirstPosition + entry.Count;
        var index = end / TorchModel.BlockTokens;
        var start = index * TorchModel.BlockTokens;
        return start < end && start >= entry.FirstPosition ? entry.Sequence.Blocks[index] : null;
    }

    private static int Compare(BatchEntry a, BatchEntry b)
    {
        var (chunkA, chunkB) = (a.Count > 1, b.Count > 1);
        if (chunkA != chunkB)
            return chunkA ? -1 : 1;

        return chunkA ? 0 : b.FirstPosition.CompareTo(a.FirstPosition);
    }
}
