using Baton.Contracts.Sessions;

namespace Baton.Host.Api;

/// <summary>Sessions as grains.</summary>
public sealed class GrainSessions(IGrainFactory grains) : ISessions
{
    /// <inheritdoc/>
    /// <remarks>
    /// The wait is not cut short: a start that nobody waits for would run on without a reader. Who gave up cancels the
    /// session once it is decided.
    /// </remarks>
    public Task<StartResult> StartAsync(
        string requestId, GenerationRequest request, CancellationToken cancellationToken) =>
        Session(requestId).Start(request);

    /// <inheritdoc/>
    public IAsyncEnumerable<SessionEvent> ReadAsync(
        string requestId, int fromIndex, CancellationToken cancellationToken) =>
        Session(requestId).Read(fromIndex, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> CancelAsync(string requestId) => Session(requestId).Cancel();

    /// <inheritdoc/>
    public Task<SessionView?> DescribeAsync(string requestId) => Session(requestId).Describe();

    /// <inheritdoc/>
    public Task<GenerationRequest?> RequestAsync(string requestId) => Session(requestId).Request();

    private ISessionGrain Session(string requestId) => grains.GetGrain<ISessionGrain>(requestId);
}
