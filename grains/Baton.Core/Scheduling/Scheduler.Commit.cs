using Baton.Core.Engine;
using Baton.Core.Sampling;

namespace Baton.Core.Scheduling;

public sealed partial class Scheduler
{
    private long _preemptions;
    private long _generated;

    /// <summary>Takes up what the latest plan's run gave: positions, tokens, ends.</summary>
    /// <param name="sampled">One for each entry of the plan; read where the entry samples.</param>
    /// <returns>What the step has for the outside.</returns>
    public StepReport Commit(ReadOnlySpan<SampledToken> sampled)
    {
        List<TokenOutput> tokens = [];
        List<KvProduced> kv = [];
        for (int i = 0; i < _plan.Entries.Count; i++)
        {
            BatchEntry entry = _plan.Entries[i];
            Sequence sequence = entry.Sequence;
            sequence.Computed = entry.FirstPosition + entry.Count;
            _blocks.Register(sequence);
            if (entry.Samples)
                CommitToken(sequence, sampled[i], tokens, kv);
            else
                ProduceFull(sequence, kv);
        }

        return new StepReport { Tokens = tokens, Kv = kv };
    }

    private void CommitToken(
        Sequence sequence, SampledToken token, List<TokenOutput> tokens, List<KvProduced> kv)
    {
        int index = sequence.Generated;
        sequence.Append(token.Token);
        _generated++;
        FinishReason? finish = StopCheck.Decide(sequence, _maxContext);
        tokens.Add(new TokenOutput(sequence.Key, index, token, finish));

        bool prefill = sequence.Request.Work == SequenceWork.Prefill;
        if (prefill)
            ProduceLast(sequence, token, finish, kv);
        if (finish is not null)
            Remove(sequence);
        else if (prefill)
            Park(sequence);
    }

    private void ProduceFull(Sequence sequence, List<KvProduced> kv)
    {
        if (sequence.Request.Work != SequenceWork.Prefill)
            return;
        int first = sequence.ProducedBlocks;
        int full = sequence.Computed / _layout.BlockTokens;
        if (full == first)
            return;
        int[] blocks = sequence.Blocks[first..full].ToArray();
        kv.Add(new KvProduced(sequence.Key, first, blocks, Last: false, default, null));
        sequence.ProducedBlocks = full;
    }

    // A sequence that ends with its first token is freed with this step, so there are no blocks to name.
    private static void ProduceLast(
        Sequence sequence, SampledToken token, FinishReason? finish, List<KvProduced> kv)
    {
        int first = sequence.ProducedBlocks;
        int[] blocks = finish is null ? sequence.Blocks[first..].ToArray() : [];
        kv.Add(new KvProduced(sequence.Key, first, blocks, Last: true, token, finish));
        sequence.ProducedBlocks = sequence.Blocks.Length;
    }

    private void Park(Sequence sequence)
    {
        _running.Remove(sequence);
        sequence.State = SequenceState.Parked;
        _parked++;
    }
}
