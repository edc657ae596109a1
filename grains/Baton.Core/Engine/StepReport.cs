using Baton.Core.Sampling;

namespace Baton.Core.Engine;

/// <summary>A token that a step produced.</summary>
/// <param name="Key">Its sequence.</param>
/// <param name="Index">Its place in the output, from 0, over all attempts.</param>
/// <param name="Sampled">The token.</param>
/// <param name="Finish">Set if the sequence ended with it.</param>
public readonly record struct TokenOutput(SequenceKey Key, int Index, SampledToken Sampled, FinishReason? Finish)
{
    /// <summary>Leading positions whose KV was found when the prompt was admitted; said by its first token.</summary>
    public int Cached { get; init; }
}

/// <summary>KV that a step completed for a sequence to be handed over.</summary>
/// <param name="Key">Its sequence.</param>
/// <param name="FirstBlock">Index in the block table of the first block.</param>
/// <param name="Blocks">The block ids, valid until the sequence is released.</param>
/// <param name="Layers">Which of their layers; the others came before, or come after.</param>
/// <param name="Last">Whether the prompt's KV is complete with these; then token 1 is in <paramref name="First"/>.</param>
/// <param name="First">The token drawn at the end of the prompt.</param>
/// <param name="Finish">Set if the sequence ended with that token: there is nothing to hand over.</param>
public sealed record KvProduced(
    SequenceKey Key,
    int FirstBlock,
    int[] Blocks,
    LayerRange Layers,
    bool Last,
    SampledToken First,
    FinishReason? Finish);

/// <summary>A sequence that the engine gave up.</summary>
public readonly record struct SequenceFailure(SequenceKey Key, string Reason);

/// <summary>What a step, some layers of one, or a command between two has for the outside.</summary>
public sealed record StepReport
{
    public static StepReport Empty { get; } = new();

    public IReadOnlyList<TokenOutput> Tokens { get; init; } = [];

    public IReadOnlyList<KvProduced> Kv { get; init; } = [];

    public IReadOnlyList<SequenceFailure> Failures { get; init; } = [];
}
