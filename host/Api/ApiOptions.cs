namespace Baton.Host.Api;

/// <summary>The bounds and the keys of the HTTP surface and the hubs.</summary>
public sealed class ApiOptions
{
    /// <summary>Keys that clients may bring; none: everybody may ask.</summary>
    public IReadOnlyList<string> ApiKeys { get; set; } = [];

    /// <summary>How long a streamed request runs on after its last reader has gone.</summary>
    public TimeSpan ResumeGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a stream may be quiet before it says that it lives: proxies and readers give up a silent one.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often watchers of the cluster look for a change.</summary>
    public TimeSpan WatchInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>When to come back, where the session did not say.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(1);

    public int MaxBodyBytes { get; set; } = 4 << 20;

    public int MaxDepth { get; set; } = 64;

    public int MaxMessages { get; set; } = 1024;

    public int MaxContentParts { get; set; } = 256;

    /// <summary>Choices for each prompt (n).</summary>
    public int MaxChoices { get; set; } = 8;

    /// <summary>Prompts of one completion request.</summary>
    public int MaxPrompts { get; set; } = 32;

    public int MaxStopStrings { get; set; } = 16;

    public int MaxStopLength { get; set; } = 256;

    public int MaxStopTokens { get; set; } = 64;

    public int MaxLogitBias { get; set; } = 1024;

    public int MaxTopLogprobs { get; set; } = 20;
}
