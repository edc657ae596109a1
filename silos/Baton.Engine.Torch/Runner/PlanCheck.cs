using Baton.Core.Engine;
using Baton.Core.Scheduling;

namespace Baton.Engine.Torch.Runner;

/// <summary>
/// Refuses a plan that would read or write past a sequence, the pool or the vocabulary, before anything runs. A defect of
/// the caller's, so it throws.
/// </summary>
internal sealed class PlanCheck
{
    private readonly TorchModel _model;
    private readonly int _blocks;
    private readonly int _maxStepTokens;
    private int? _thread;

    public PlanCheck(TorchModel model, IKvMemory memory, int blocks, int maxStepTokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blocks, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxStepTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(memory.Bytes, (long)blocks * model.Layout.BlockBytes);
        (_model, _blocks, _maxStepTokens) = (model, blocks, maxStepTokens);
    }

    /// <summary>From now on plans run on this thread.</summary>
    public void BindThread() => _thread = Environment.CurrentManagedThreadId;

    public void Refuse(BatchPlan plan, int slots)
    {
        if (_thread != Environment.CurrentManagedThreadId)
            throw new InvalidOperationException("A runner runs on the thread that started it.");

        ArgumentOutOfRangeException.ThrowIfGreaterThan(plan.Tokens, _maxStepTokens);
        ArgumentOutOfRangeException.ThrowIfLessThan(slots, plan.Entries.Count);
        for (var i = 0; i < plan.Entries.Count; i++)
        {
            var entry = plan.Entries[i];
            var end = entry.FirstPosition + entry.Count;
            var blocks = entry.Sequence.Blocks;
            if (entry.Count < 1 || end > entry.Sequence.Length || end > _model.Config.MaxContext
                || end > blocks.Length * TorchModel.BlockTokens)
            {
                throw new ArgumentException(
                    $"{entry.Sequence.Key}: positions {entry.FirstPosition} to {end} cannot run.", nameof(plan));
            }

            var tokens = entry.Sequence.Tokens.Slice(entry.FirstPosition, entry.Count);
            if (tokens.ContainsAnyExceptInRange(0, _model.Config.VocabularySize - 1))
                throw new ArgumentException($"{entry.Sequence.Key}: a token is not in the vocabulary.", nameof(plan));

            foreach (var block in blocks)
            {
                if (block < 0 || block >= _blocks)
                    throw new ArgumentException($"{entry.Sequence.Key}: there is no block {block}.", nameof(plan));
            }
        }
    }
}
