using Baton.Core.Sampling;

namespace Baton.Core.Engine;

/// <summary>What one engine is asked to do for a sequence.</summary>
public enum SequenceWork
{
    /// <summary>Prefill and decode here.</summary>
    Whole,

    /// <summary>Prefill, draw one token, then hold the KV blocks until they are released.</summary>
    Prefill,

    /// <summary>Hold blocks for KV that arrives from elsewhere, then decode.</summary>
    Import,
}

/// <summary>A sequence as it is given to an engine.</summary>
public sealed record SequenceRequest
{
    public required SequenceKey Key { get; init; }

    public required SequenceWork Work { get; init; }

    /// <summary>The prompt, followed by what earlier attempts generated.</summary>
    public required int[] Tokens { get; init; }

    /// <summary>How many of <see cref="Tokens"/> are the prompt.</summary>
    public required int PromptLength { get; init; }

    public required SamplingOptions Sampling { get; init; }

    public required StopRules Stop { get; init; }

    /// <summary>Prefix blocks are shared only between requests of equal salt.</summary>
    public string CacheSalt { get; init; } = "";
}
