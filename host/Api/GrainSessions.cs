using Baton.Contracts.Sessions;

namespace Baton.Host.Api;

/// <summary>Sessions as grains.</summary>
public sealed class GrainSessions(IGrainFactory grains, TimeProvider time) : ISessions
{
    private const int StartAttempts = 5;

    private static readonly TimeSpan StartRetry = TimeSpan.FromMilliseconds(200);

    /// <inheritdoc/>
    /// <remarks>
    /// The wait is not cut short: a start that nobody waits for would run on without a reader. Who gave up cancels the
    /// session once it is decided. When a silo dies, Orleans cancels the lookups that wait for it, and with them the
    /// start of a session that has nothing to do with it; to start again is harmless, for the id is the same.
    /// </remarks>
    public async Task<StartResult> StartAsync(
        string requestId, GenerationRequest request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await Session(requestId).Start(request);
            }
            catch (OperationCanceledException) when (attempt < StartAttempts)
            {
                await Task.Delay(StartRetry, time, CancellationToken.None);
            }
        }
    }

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
