using System.Runtime.CompilerServices;
using Baton.Contracts.Sessions;
using Baton.Grains.Sessions;

namespace Baton.Host.Api;

/// <summary>Sessions as grains.</summary>
public sealed class GrainSessions(IGrainFactory grains, TimeProvider time) : ISessions
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(200);

    // Until the cluster has declared a gateway dead, and another has taken its sessions over.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    /// <remarks>
    /// The wait is not cut short: a start that nobody waits for would run on without a reader. Who gave up cancels the
    /// session once it is decided. When a silo dies, Orleans cancels the lookups that wait for it, and with them the
    /// start of a session that has nothing to do with it; to start again is harmless, for the id is the same.
    /// </remarks>
    public Task<StartResult> StartAsync(
        string requestId, GenerationRequest request, CancellationToken cancellationToken) =>
        AskAsync(() => Session(requestId).Start(request));

    /// <inheritdoc/>
    /// <remarks>When the gateway that runs the session dies, the reading goes on at the one that has taken it over.</remarks>
    public async IAsyncEnumerable<SessionEvent> ReadAsync(
        string requestId, int fromIndex, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = fromIndex;
        long? brokenSince = null;
        while (true)
        {
            var log = Session(requestId).Read(next, cancellationToken).GetAsyncEnumerator(cancellationToken);
            try
            {
                while (true)
                {
                    try
                    {
                        if (!await log.MoveNextAsync())
                        {
                            yield break;
                        }
                    }
                    catch (Exception e) when (IsBroken(e, cancellationToken) && Within(brokenSince ??= time.GetTimestamp()))
                    {
                        break;
                    }

                    (next, brokenSince) = (log.Current.Index + 1, null);
                    yield return log.Current;
                }
            }
            finally
            {
                await LeaveAsync(log);
            }

            await Task.Delay(Retry, time, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task<bool> CancelAsync(string requestId) => AskAsync(() => Session(requestId).Cancel());

    /// <inheritdoc/>
    public Task<SessionView?> DescribeAsync(string requestId) => AskAsync(() => Session(requestId).Describe());

    /// <inheritdoc/>
    public Task<GenerationRequest?> RequestAsync(string requestId) => AskAsync(() => Session(requestId).Request());

    // To leave is a call too; who is dead cannot be left.
    private static async ValueTask LeaveAsync(IAsyncEnumerator<SessionEvent> log)
    {
        try
        {
            await log.DisposeAsync();
        }
        catch (Exception e) when (Undelivered.Is(e))
        {
            // Nobody there holds the reading open.
        }
    }

    private async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        var asked = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (Exception e) when (Undelivered.Is(e) && Within(asked))
            {
                await Task.Delay(Retry, time, CancellationToken.None);
            }
        }
    }

    private bool Within(long since) => time.GetElapsedTime(since) < Patience;

    private static bool IsBroken(Exception e, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested && (Undelivered.Is(e) || e is EnumerationAbortedException);

    private ISessionGrain Session(string requestId) => grains.GetGrain<ISessionGrain>(requestId);
}
