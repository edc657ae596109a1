using Baton.Core.Routing;

namespace Baton.Grains.Sessions;

/// <summary>The bounds of a gateway's sessions.</summary>
public sealed class SessionOptions
{
    /// <summary>When prefill runs on another worker than decode.</summary>
    public DisaggregationMode Disaggregate { get; set; } = DisaggregationMode.Auto;

    /// <summary>Choices that wait for their first token, at most; more are refused with 429.</summary>
    public int MaxQueued { get; set; } = 1024;

    /// <summary>How long a request waits for a phase that has no worker, before 503.</summary>
    public TimeSpan QueueTtl { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the log of an ended session is kept.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>When requests are refused because they would miss their targets; never, unless it is asked for.</summary>
    public AdmissionOptions Admission { get; set; } = new();

    /// <summary>Bytes that the logs of ended sessions may take, about; beyond it the oldest are kept no longer.</summary>
    public long MaxKeptBytes { get; set; } = 128 << 20;

    /// <summary>Attempts at a sequence, the first included, before it fails.</summary>
    public int MaxAttempts { get; set; } = 4;

    /// <summary>
    /// Of attempts in a row that bring nothing the second comes at once, the third after this and the fourth after twice
    /// this: what refuses, a worker that has begun to drain, may not have reported it yet.
    /// </summary>
    public TimeSpan AttemptPause { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How often a worker is told that an attempt is over, until it has heard it.</summary>
    public int ReleaseAttempts { get; set; } = 6;

    /// <summary>Between two tellings; long enough together for a dead silo's part of the directory to be taken over.</summary>
    public TimeSpan ReleaseRetry { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a sequence that moves may wait for its new place before it is prefilled again elsewhere.</summary>
    public TimeSpan MoveDeadline { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>After a try to move a sequence that could not be moved: its prompt was running, or nobody had room.</summary>
    public TimeSpan MoveRetry { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long an accepted order may bring no token before another worker is tried.</summary>
    public TimeSpan FirstTokenDeadline { get; set; } = TimeSpan.FromMinutes(5);
}
