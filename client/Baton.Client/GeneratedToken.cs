using MessagePack;

namespace Baton.Client;

/// <summary>A token of an answer; the last one says how the answer ended.</summary>
[MessagePackObject]
public sealed record GeneratedToken
{
    /// <summary>Which token of the answer, from 0.</summary>
    [Key("index")]
    public int Index { get; init; }

    /// <summary>The token; null when the item only ends the answer.</summary>
    [Key("tokenId")]
    public int? TokenId { get; init; }

    /// <summary>The text that becomes final with it; may be empty.</summary>
    [Key("text")]
    public string Text { get; init; } = "";

    /// <summary>Natural-log probability, where it was asked for.</summary>
    [Key("logprob")]
    public float? Logprob { get; init; }

    /// <summary>At the end: stop, length or cancelled.</summary>
    [Key("finishReason")]
    public string? FinishReason { get; init; }

    /// <summary>At the end.</summary>
    [Key("usage")]
    public GenerationUsage? Usage { get; init; }
}

/// <summary>What a generation took, in tokens.</summary>
[MessagePackObject]
public sealed record GenerationUsage
{
    [Key("promptTokens")]
    public int PromptTokens { get; init; }

    [Key("completionTokens")]
    public int CompletionTokens { get; init; }

    [Key("totalTokens")]
    public int TotalTokens { get; init; }

    /// <summary>Prompt tokens that a cache already held.</summary>
    [Key("cachedTokens")]
    public int CachedTokens { get; init; }
}
