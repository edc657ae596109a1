namespace Baton.Client;

/// <summary>How a client reaches its gateways.</summary>
public sealed record BatonClientOptions
{
    /// <summary>Address of a gateway, or of what stands before several.</summary>
    public required Uri Url { get; init; }

    /// <summary>
    /// Further gateways of the same cluster, where nothing stands before them: a stream that one loses goes on at the next.
    /// </summary>
    public IReadOnlyList<Uri> OtherUrls { get; init; } = [];

    /// <summary>Key, where the gateway asks for one.</summary>
    public string? ApiKey { get; init; }

    /// <summary>MessagePack is smaller; JSON is readable in a proxy's log.</summary>
    public bool UseMessagePack { get; init; } = true;

    /// <summary>How often a broken stream is taken up again without a token in between, before it fails.</summary>
    public int MaxResumes { get; init; } = 8;

    /// <summary>The wait before the second attempt to come back; it doubles up to <see cref="MaxResumeDelay"/>.</summary>
    public TimeSpan ResumeDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait between attempts to come back.</summary>
    public TimeSpan MaxResumeDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The clock of the waits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
