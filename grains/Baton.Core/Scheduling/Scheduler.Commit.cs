using Baton.Core.Engine;
using Baton.Core.Sampling;

namespace Baton.Core.Scheduling;

public sealed partial class Scheduler
{
    private const string Unusable = "the model produced no usable logits";

    private long _preemptions;
    private long _generated;
    private long _cached;

    // A step that has nothing to say leaves its lists to the next.
    private List<TokenOutput> _tokens = [];
    private List<KvProduced> _kv = [];

    /// <summary>Takes up what the latest plan's run gave: positions, tokens, ends.</summary>
    /// <param name="sampled">One for each entry of the plan; read where the entry samples.</param>
    /// <returns>What the step has for the outside.</returns>
    public StepReport Commit(ReadOnlySpan<SampledToken> sampled)
    {
        (List<TokenOutput> tokens, List<KvProduced> kv) = (_tokens, _kv);
        List<SequenceFailure>? failures = null;
        for (int i = 0; i < _plan.Entries.Count; i++)
        {
            BatchEntry entry = _plan.Entries[i];
            Sequence sequence = entry.Sequence;
            if (entry.Samples && sampled[i].IsNone)
            {
                (failures ??= []).Add(Fail(sequence));
                continue;
            }

            sequence.Computed = entry.FirstPosition + entry.Count;
            _blocks.Register(sequence);
            if (entry.Samples)
                CommitToken(entry, sampled[i], tokens, kv);
            else
                ProduceFull(sequence, kv);
        }

        if (tokens.Count == 0 && kv.Count == 0 && failures is null)
            return StepReport.Empty;
        if (tokens.Count > 0)
            _tokens = new List<TokenOutput>(tokens.Count);
        if (kv.Count > 0)
            _kv = [];
        return new StepReport
        {
            Tokens = tokens.Count > 0 ? tokens : StepReport.Empty.Tokens,
            Kv = kv.Count > 0 ? kv : StepReport.Empty.Kv,
            Failures = failures ?? StepReport.Empty.Failures,
        };
    }

    /// <summary>Takes up that the latest plan's run has written the KV of its leading layers, but not yet of all.</summary>
    /// <param name="written">How many layers.</param>
    /// <returns>What can be handed over before the step ends.</returns>
    public IReadOnlyList<KvProduced> CommitLayers(int written)
    {
        // The step's own commit reports the last layer, with what it drew.
        if (written >= _layout.Layers)
            return [];
        List<KvProduced>? kv = null;
        for (int i = 0; i < _plan.Entries.Count; i++)
        {
            BatchEntry entry = _plan.Entries[i];
            Sequence sequence = entry.Sequence;
            if (sequence.Request.Work != SequenceWork.Prefill || EndsWithItsToken(entry))
                continue;
            int first = sequence.ProducedBlocks;
            int end = entry.Samples
                ? sequence.Blocks.Length
                : (entry.FirstPosition + entry.Count) / _layout.BlockTokens;
            // By what is new: blocks that this worker had cached may be cached at the other too, and then do not travel.
            int computed = end - Math.Max(first, entry.FirstPosition / _layout.BlockTokens);
            if (computed > 0 && written - sequence.ProducedLayers >= LayerGroups.Size(_layout, computed))
                (kv ??= []).Add(Produce(sequence, first, end, written));
        }

        return kv ?? [];
    }

    /// <summary>Whether it is known before the draw that nothing will be handed over.</summary>
    private static bool EndsWithItsToken(BatchEntry entry) =>
        entry.Samples && entry.Sequence.Generated + 1 >= entry.Sequence.Stop.MaxTokens;

    private void CommitToken(
        BatchEntry entry, SampledToken token, List<TokenOutput> tokens, List<KvProduced> kv)
    {
        Sequence sequence = entry.Sequence;
        int cached = entry.IsDecode ? 0 : sequence.CachedAtAdmission;
        int index = sequence.Generated;
        sequence.Append(token.Token);
        _generated++;
        FinishReason? finish = StopCheck.Decide(sequence, _maxContext);
        tokens.Add(new TokenOutput(sequence.Key, index, token, finish) { Cached = cached });

        bool prefill = sequence.Request.Work == SequenceWork.Prefill;
        bool announced = IsAnnounced(sequence);
        if (prefill)
            ProduceLast(sequence, token, finish, kv);

        // What was announced may be being read, also of a sequence that has ended: it is freed by its release.
        if (finish is not null && !announced)
            Remove(sequence);
        else if (prefill)
            Park(sequence);
    }

    // Its KV may be what is not a number: whoever found that in the cache would fail as well.
    private SequenceFailure Fail(Sequence sequence)
    {
        _blocks.Forget(sequence);
        if (IsAnnounced(sequence))
            Park(sequence);
        else
            Remove(sequence);
        return new SequenceFailure(sequence.Key, Unusable);
    }

    private static bool IsAnnounced(Sequence sequence) =>
        sequence.Request.Work == SequenceWork.Prefill && sequence.ProducedBlocks + sequence.ProducedLayers > 0;

    private void ProduceFull(Sequence sequence, List<KvProduced> kv)
    {
        if (sequence.Request.Work != SequenceWork.Prefill)
            return;
        int first = sequence.ProducedBlocks;
        int full = sequence.Computed / _layout.BlockTokens;
        if (full == first)
            return;
        kv.Add(Produce(sequence, first, full, _layout.Layers));
        sequence.ProducedBlocks = full;
        sequence.ProducedLayers = 0;
    }

    // Of a sequence that ends with its first token nothing more is handed over.
    private void ProduceLast(
        Sequence sequence, SampledToken token, FinishReason? finish, List<KvProduced> kv)
    {
        int first = sequence.ProducedBlocks;
        int end = finish is null ? sequence.Blocks.Length : first;
        kv.Add(Produce(sequence, first, end, _layout.Layers) with { Last = true, First = token, Finish = finish });
        sequence.ProducedBlocks = sequence.Blocks.Length;
        sequence.ProducedLayers = 0;
    }

    private static KvProduced Produce(Sequence sequence, int first, int end, int written)
    {
        var layers = new LayerRange(sequence.ProducedLayers, written - sequence.ProducedLayers);
        sequence.ProducedLayers = written;
        return new KvProduced(
            sequence.Key, first, sequence.Blocks[first..end].ToArray(), layers, Last: false, default, null);
    }

    private void Park(Sequence sequence)
    {
        _running.Remove(sequence);
        sequence.State = SequenceState.Parked;
        _parked++;
    }
}
