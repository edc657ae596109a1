using Baton.Core.Engine;
using Baton.Core.Sampling;

namespace Baton.Contracts.Sessions;

/// <summary>One request as a session takes it: validated, rendered and tokenized, with every choice spelled out.</summary>
[GenerateSerializer, Immutable, Alias("baton.GenerationRequest")]
public sealed record GenerationRequest
{
    /// <summary>One entry for each choice, in the order of their index.</summary>
    [Id(0)] public required ChoiceRequest[] Choices { get; init; }

    /// <summary>When generation ends by the token.</summary>
    [Id(1)] public required StopRules Stop { get; init; }

    /// <summary>Text that ends a choice; at most a few short strings.</summary>
    [Id(2)] public string[] StopStrings { get; init; } = [];

    /// <summary>Whether the stop string that matched stays in the text.</summary>
    [Id(3)] public bool IncludeStopString { get; init; }

    /// <summary>Whether special tokens have no text.</summary>
    [Id(4)] public bool SkipSpecialTokens { get; init; } = true;

    /// <summary>Prefix blocks are shared only between requests of equal salt.</summary>
    [Id(5)] public string CacheSalt { get; init; } = "";

    /// <summary>Whether the request is cancelled when its last reader has gone without cancelling; and how soon.</summary>
    [Id(6)] public TimeSpan? OrphanGrace { get; init; }

    /// <summary>Fingerprint of the body, to tell a repeated request from another one of the same id.</summary>
    [Id(7)] public string BodyFingerprint { get; init; } = "";

    /// <summary>
    /// How the edge writes the answer, in the edge's own words: any gateway replays the request in the form that its
    /// client asked for. Sessions carry it and never read it.
    /// </summary>
    [Id(8)] public string Format { get; init; } = "";
}

/// <summary>One choice: a prompt and how to draw from it.</summary>
[GenerateSerializer, Immutable, Alias("baton.ChoiceRequest")]
public sealed record ChoiceRequest
{
    [Id(0)] public required int[] Prompt { get; init; }

    [Id(1)] public required SamplingOptions Sampling { get; init; }
}
