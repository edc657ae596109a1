using System.Text.Json.Serialization;
using MessagePack;

namespace Baton.Host.Hubs;

/// <summary>An item of a generation's stream: a token, with the end of the answer on the last one.</summary>
[MessagePackFormatter(typeof(GeneratedItemFormatter))]
public sealed record GeneratedItem
{
    /// <summary>Which token of the answer, from 0; a client that comes back says from which on.</summary>
    public required int Index { get; init; }

    /// <summary>The token; null when the item only ends the answer.</summary>
    public required int? TokenId { get; init; }

    /// <summary>The text that becomes final with it; may be empty.</summary>
    public required string Text { get; init; }

    /// <summary>Natural-log probability, where it was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public float? Logprob { get; init; }

    /// <summary>At the end: stop, length or cancelled.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FinishReason { get; init; }

    /// <summary>At the end.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GeneratedUsage? Usage { get; init; }
}

/// <summary>What a generation took.</summary>
public sealed record GeneratedUsage(int PromptTokens, int CompletionTokens, int TotalTokens, int CachedTokens);
