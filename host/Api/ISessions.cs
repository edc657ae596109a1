using Baton.Contracts.Sessions;

namespace Baton.Host.Api;

/// <summary>The sessions of the cluster as the edge uses them: by request id, wherever they live.</summary>
public interface ISessions
{
    /// <summary>Admits the request, or attaches to the same one. Answers once it is decided.</summary>
    Task<StartResult> StartAsync(string requestId, GenerationRequest request, CancellationToken cancellationToken);

    /// <summary>The log from an index on, as it grows, to its end; empty when the session is unknown.</summary>
    IAsyncEnumerable<SessionEvent> ReadAsync(string requestId, int fromIndex, CancellationToken cancellationToken);

    /// <summary>Ends the session; false when it is unknown.</summary>
    Task<bool> CancelAsync(string requestId);

    /// <summary>What happened so far; null when the session is unknown.</summary>
    Task<SessionView?> DescribeAsync(string requestId);

    /// <summary>The request as it was started; null when the session is unknown.</summary>
    Task<GenerationRequest?> RequestAsync(string requestId);
}
