using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;

namespace Baton.Client;

/// <summary>
/// Chats with a Baton cluster over SignalR. A stream that breaks is taken up again where it was, from whatever gateway
/// the address leads to: every token comes exactly once. Safe for concurrent use.
/// </summary>
public sealed class BatonClient(BatonClientOptions options) : IAsyncDisposable
{
    private readonly GatewayConnection _connection = new(options);

    /// <summary>Generates an answer.</summary>
    /// <remarks>Leaving the enumeration lets the request run out; <see cref="CancelAsync"/> ends it.</remarks>
    /// <exception cref="BatonException">The gateway refused the request, or it failed.</exception>
    public IAsyncEnumerable<GeneratedToken> GenerateAsync(
        ChatRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var id = request.RequestId ?? Guid.NewGuid().ToString("N");
        return FollowAsync(id, request.ToBody(id), 0, cancellationToken);
    }

    /// <summary>The rest of an answer that was begun elsewhere, from an index on.</summary>
    /// <exception cref="BatonException">The request is unknown, or it failed.</exception>
    public IAsyncEnumerable<GeneratedToken> ResumeAsync(
        string requestId, int fromIndex, CancellationToken cancellationToken = default) =>
        FollowAsync(requestId, null, fromIndex, cancellationToken);

    /// <summary>Cancels a request; its stream ends with the finish reason "cancelled". False when it is unknown.</summary>
    public async Task<bool> CancelAsync(string requestId, CancellationToken cancellationToken = default)
    {
        var hub = await _connection.OpenAsync(cancellationToken);
        return await hub.InvokeAsync<bool>("Cancel", requestId, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async IAsyncEnumerable<GeneratedToken> FollowAsync(
        string id, object? body, int next, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Who reaches nobody to begin with is told at once; what breaks later is taken up again.
        HubConnection? reached = null;
        var failures = 0;
        while (true)
        {
            // Until its first token a request is simply sent again: under the same id that attaches to it.
            var resuming = body is null || next > 0;
            await using var tokens = Read(id, resuming ? null : body, next, hub => reached = hub, cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            Exception? broken = null;
            while (broken is null)
            {
                GeneratedToken? token = null;
                try
                {
                    token = await tokens.MoveNextAsync()
                        ? tokens.Current
                        : throw new IOException("The stream ended before the answer did.");
                }
                catch (HubException e) when (BatonException.Of(e) is { Code: BatonException.Draining } leaving)
                {
                    _connection.Leave(reached!);
                    broken = leaving;
                }
                catch (HubException e)
                {
                    throw BatonException.Of(e);
                }
                catch (Exception e) when (reached is not null && !cancellationToken.IsCancellationRequested)
                {
                    broken = e;
                }

                if (token is not null)
                {
                    (failures, next) = (0, token.Index + 1);
                    yield return token;
                    if (token.FinishReason is not null)
                    {
                        yield break;
                    }
                }
            }

            if (++failures > options.MaxResumes)
            {
                throw broken as BatonException
                    ?? new BatonException("connection_lost", "The connection was lost and did not come back.", broken);
            }

            await Task.Delay(Delay(failures), options.Time, cancellationToken);
        }
    }

    private async IAsyncEnumerable<GeneratedToken> Read(
        string id, object? body, int from, Action<HubConnection> reached, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var hub = await _connection.OpenAsync(cancellationToken);
        reached(hub);
        var tokens = body is null
            ? hub.StreamAsync<GeneratedToken>("Resume", id, from, cancellationToken)
            : hub.StreamAsync<GeneratedToken>("Generate", body, cancellationToken);
        await foreach (var token in tokens)
        {
            yield return token;
        }
    }

    // The first attempt comes at once: most breaks are of one connection, not of the gateway.
    private TimeSpan Delay(int failures) => failures == 1
        ? TimeSpan.Zero
        : TimeSpan.FromTicks(Math.Min(
            options.MaxResumeDelay.Ticks, options.ResumeDelay.Ticks << Math.Min(failures - 2, 20)));
}
