namespace Baton.Contracts.Sessions;

/// <summary>How a session answered a start.</summary>
public enum StartOutcome
{
    /// <summary>Admitted: read its events.</summary>
    Started,

    /// <summary>The same request was here already: read its events.</summary>
    Attached,

    /// <summary>Another request has this id.</summary>
    Conflict,

    /// <summary>Too much is queued to meet the service level: 429.</summary>
    Overloaded,

    /// <summary>A phase has no worker: 503.</summary>
    NoWorker,

    /// <summary>This gateway is leaving: 503.</summary>
    Draining,

    /// <summary>The request can never run here, e.g. it is larger than every KV pool: 400.</summary>
    Impossible,
}

/// <summary>A session's answer to a start.</summary>
/// <param name="Outcome">What was decided.</param>
/// <param name="Message">For people, when refused.</param>
/// <param name="RetryAfter">When to come back, when refused for now.</param>
[GenerateSerializer, Immutable, Alias("baton.StartResult")]
public sealed record StartResult(StartOutcome Outcome, string Message = "", TimeSpan? RetryAfter = null)
{
    public bool Accepted => Outcome is StartOutcome.Started or StartOutcome.Attached;
}
