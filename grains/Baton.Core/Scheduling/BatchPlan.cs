using Baton.Core.Costs;
using Baton.Core.Engine;

namespace Baton.Core.Scheduling;

/// <summary>One sequence's part of a step.</summary>
/// <param name="Sequence">Whose tokens run.</param>
/// <param name="FirstPosition">Position of the first token that runs.</param>
/// <param name="Count">How many run: 1 for a decode, more for a prefill chunk.</param>
/// <param name="Samples">Whether the last of them yields a new token (false: more of the prompt is to come).</param>
public readonly record struct BatchEntry(Sequence Sequence, int FirstPosition, int Count, bool Samples)
{
    /// <summary>Whether it is the next token of a sequence that decodes. True until the commit.</summary>
    public bool IsDecode => Count == 1 && Samples && Sequence.Generated > 0;
}

/// <summary>What one engine step runs; reused from step to step, so valid until the next plan is made.</summary>
public sealed class BatchPlan
{
    private readonly List<BatchEntry> _entries = [];
    private readonly List<Sequence> _preempted = [];

    public IReadOnlyList<BatchEntry> Entries => _entries;

    /// <summary>Sequences that lost their blocks to make room and will be prefilled again.</summary>
    public IReadOnlyList<Sequence> Preempted => _preempted;

    /// <summary>Tokens over all entries.</summary>
    public int Tokens { get; private set; }

    /// <summary>What it runs, as far as its time depends on it.</summary>
    public StepWork Work { get; private set; }

    /// <summary>Whether any of it is KV to be handed over: else nobody wants to know of its layers.</summary>
    public bool HandsOver { get; private set; }

    public void Add(BatchEntry entry)
    {
        HandsOver |= entry.Sequence.Request.Work == SequenceWork.Prefill;
        _entries.Add(entry);
        Tokens += entry.Count;
        Work = entry.IsDecode ? Work.WithDecode(entry.FirstPosition) : Work.With(entry.FirstPosition, entry.Count);
    }

    internal void AddPreempted(Sequence sequence) => _preempted.Add(sequence);

    internal void Clear()
    {
        _entries.Clear();
        _preempted.Clear();
        Tokens = 0;
        Work = default;
        HandsOver = false;
    }
}
