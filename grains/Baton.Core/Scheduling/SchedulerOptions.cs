namespace Baton.Core.Scheduling;

/// <summary>The bounds of one engine's scheduler.</summary>
public sealed record SchedulerOptions
{
    /// <summary>Most tokens that a step runs, prefill and decode together.</summary>
    public int StepTokenBudget { get; init; } = 512;

    /// <summary>Most sequences that run, counting those whose KV is on its way. At most the token budget.</summary>
    public int MaxSequences { get; init; } = 256;

    /// <summary>Most positions of a sequence, prompt and output; the pool's size bounds it too.</summary>
    public int MaxContext { get; init; } = int.MaxValue;

    /// <summary>Token ids are below it: with another a model would read past its embedding. Null where there is no model.</summary>
    public int? VocabularySize { get; init; }

    /// <summary>Most sequences that wait for their first step; more fail at once.</summary>
    public int MaxQueued { get; init; } = 1024;

    /// <summary>Blocks that admission leaves free for running sequences to grow into, while any run.</summary>
    public int DecodeReserveBlocks { get; init; } = 4;

    /// <summary>Whether a step may run prompts beside decodes.</summary>
    public StepMix Mix { get; init; }

    /// <summary>
    /// Target for the time of each token: above the largest batch that keeps to it, sequences wait for a place to decode.
    /// Null: none. Nothing comes of it where even one sequence alone misses it, or without a profile.
    /// </summary>
    public TimeSpan? TokenTarget { get; init; }

    /// <summary>
    /// Most that a step may take that decodes and reads prompts, but for a block of the first of them; null: prompts take
    /// what they need. A bound on the gap between two tokens; by a target for their mean it costs more requests than it serves.
    /// </summary>
    public TimeSpan? LongestStep { get; init; }

    /// <summary>Throws where the options contradict each other.</summary>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSequences, 1);
        // Each running sequence then has a token of the budget, so none waits for another's prompt.
        ArgumentOutOfRangeException.ThrowIfLessThan(StepTokenBudget, MaxSequences);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxContext, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(VocabularySize ?? 1, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxQueued, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(DecodeReserveBlocks);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(TokenTarget ?? TimeSpan.MaxValue, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(LongestStep ?? TimeSpan.MaxValue, TimeSpan.Zero);
    }
}
