using Baton.Core.Engine;

namespace Baton.Core.Scheduling;

public sealed partial class Scheduler
{
    private int _pack;

    /// <summary>How large steps are by what they cost; null: as large as the options allow. Set between two steps.</summary>
    public StepSizing? Sizing { get; set; }

    /// <summary>
    /// Sequences that may yet join those that decode here. Never fewer than one where there are none, and those that run
    /// go on whatever it says.
    /// </summary>
    /// <param name="next">Positions of the next one; 0 where there is none.</param>
    private int DecodePlaces(int next)
    {
        if (Sizing is not { HasTarget: true } sizing)
            return int.MaxValue;
        int sequences = 0;
        long tokens = next;
        foreach (Sequence sequence in _sequences.Values)
        {
            if (Decodes(sequence) && sequence.State is SequenceState.Running or SequenceState.Reserved)
            {
                sequences++;
                tokens += sequence.Length;
            }
        }

        return sizing.LargestBatch(sequences + Math.Sign(next), tokens, _options.MaxSequences) - sequences;
    }

    private int Places(int next) => Math.Min(_options.MaxSequences - _running.Count - _reserved, DecodePlaces(next));

    private static bool Decodes(Sequence sequence) => sequence.Request.Work != SequenceWork.Prefill;

    private void SizePack()
    {
        _pack = _options.StepTokenBudget;
        if (Sizing is null)
            return;
        long waiting = 0;
        for (LinkedListNode<Sequence>? node = _waiting.First; node is not null && waiting <= _pack; node = node.Next)
            waiting += node.Value.Length - node.Value.CachedAtAdmission;
        _pack = Sizing.Pack(waiting);
    }

    /// <summary>How much of a prompt the step takes; 0 where it takes no more.</summary>
    private int Chunk(int first, int remaining)
    {
        int most = Math.Min(remaining, Budget);
        return Sizing?.Chunk(_plan.Work, first, most, _pack) ?? most;
    }
}
