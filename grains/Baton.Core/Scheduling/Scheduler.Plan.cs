using Baton.Core.Engine;

namespace Baton.Core.Scheduling;

public sealed partial class Scheduler
{
    // Waiting sequences that a step looks at and leaves for a later one.
    private const int MaxDeferred = 32;

    private readonly BatchPlan _plan = new();

    /// <summary>
    /// What the next step runs: decodes, then prompts that have begun, then, if nothing had to be preempted, new ones
    /// in order of arrival; or, by the options, prompts alone as long as there are any. Empty when nothing can run. Valid
    /// until the next call.
    /// </summary>
    public BatchPlan Plan()
    {
        _plan.Clear();
        SizePack();
        if (_options.Mix == StepMix.PromptsFirst)
            PlanApart();
        else
            PlanTogether();
        return _plan;
    }

    private void PlanApart()
    {
        PlanPrefills();
        Admit();
        if (_plan.Entries.Count == 0)
            PlanDecodes();
    }

    private void PlanTogether()
    {
        PlanDecodes();
        PlanPrefills();
        if (_plan.Preempted.Count == 0)
            Admit();
    }

    private int Budget => _options.StepTokenBudget - _plan.Tokens;

    private void PlanDecodes()
    {
        for (int i = 0; i < _running.Count && Budget > 0; i++)
        {
            Sequence sequence = _running[i];
            if (sequence.Remaining != 1)
                continue;
            if (MakeRoom(sequence))
                Add(sequence, 1);
            else
                i--;
        }
    }

    // Their blocks were taken at admission, so a prompt that has begun never waits for room.
    private void PlanPrefills()
    {
        for (int i = 0; i < _running.Count && Budget > 0; i++)
        {
            Sequence sequence = _running[i];
            if (sequence.Remaining <= 1)
                continue;
            int count = Chunk(sequence.Computed, sequence.Remaining);
            if (count == 0)
                return;
            Add(sequence, count);
        }
    }

    // One that begins as another does which is being read now waits, and finds those blocks in the cache: choices of one
    // request, or requests with one system prompt, that come together (SGLang's scheduler does likewise).
    private void Admit()
    {
        int deferred = 0;
        LinkedListNode<Sequence>? node = _waiting.First;
        int places = node is null ? 0 : DecodePlaces(node.Value.Length);
        while (node is { Value: Sequence sequence } && Budget > 0 && _running.Count + _reserved < _options.MaxSequences)
        {
            LinkedListNode<Sequence>? next = node.Next;
            if (deferred < MaxDeferred && _blocks.IsPromised(sequence))
                deferred++;
            else if ((Decodes(sequence) && places-- < 1) || !Admit(node, sequence))
                return;
            node = next;
        }
    }

    private bool Admit(LinkedListNode<Sequence> node, Sequence sequence)
    {
        int cached = _blocks.CachedTokens(sequence);
        int count = Chunk(cached, sequence.Length - cached);
        if (count == 0 || !_blocks.TryTake(sequence, DecodeReserve))
            return false;
        _blocks.Promise(sequence);
        _waiting.Remove(node);
        _cached += sequence.CachedAtAdmission;
        Run(sequence);
        Add(sequence, count);
        return true;
    }

    private void Add(Sequence sequence, int count) =>
        _plan.Add(new BatchEntry(sequence, sequence.Computed, count, count == sequence.Remaining));

    /// <summary>Grows the table by preempting later arrivals; false if the sequence itself had to go.</summary>
    private bool MakeRoom(Sequence sequence)
    {
        while (!_blocks.TryGrow(sequence))
        {
            Sequence victim = LatestPreemptible();
            Preempt(victim);
            if (victim == sequence)
                return false;
        }

        return true;
    }

    // Blocks of a prefill are promised to the data plane until release, and its end is near. A sequence that has to
    // grow is no prefill, so there always is a victim, and none before the sequence itself.
    private Sequence LatestPreemptible() => _running.FindLast(s => s.Request.Work != SequenceWork.Prefill)!;

    private void Preempt(Sequence victim)
    {
        _running.Remove(victim);
        _blocks.Free(victim);
        victim.State = SequenceState.Waiting;
        _waiting.AddFirst(victim);
        _plan.AddPreempted(victim);
        _preemptions++;
    }
}
