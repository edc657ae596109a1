using Baton.Core.Routing;

namespace Baton.Simulator.Requests;

/// <summary>How requests are taken through the cluster; the defaults are those of live gateways.</summary>
internal sealed record DispatchOptions
{
    public required DisaggregationMode Mode { get; init; }

    /// <summary>How long a request waits for a phase that has no worker.</summary>
    public TimeSpan QueueTtl { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Attempts in a row without a token before a request fails.</summary>
    public int MaxAttempts { get; init; } = 4;

    /// <summary>Wait before the third attempt in a row; one more of it before each further one.</summary>
    public TimeSpan AttemptPause { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>A sequence that has stopped to move gets a place elsewhere within this, or is prefilled again.</summary>
    public TimeSpan MoveDeadline { get; init; } = TimeSpan.FromSeconds(3);

    public TimeSpan MoveRetry { get; init; } = TimeSpan.FromMilliseconds(100);
}
