using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.SignalR;

namespace Baton.Client.Tests;

/// <summary>What a fake gateway is told to do, and what it was asked.</summary>
internal sealed class GatewayState
{
    public string[] Answer { get; set; } = ["Hel", "lo", "!"];

    /// <summary>The connection is cut before these indices, once each.</summary>
    public ConcurrentDictionary<int, bool> Cuts { get; } = new();

    public string? Refusal { get; set; }

    public ConcurrentQueue<string> Calls { get; } = new();

    public TaskCompletionSource<string> Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool WaitsForCancel { get; set; }
}

internal sealed class FakeChatHub(GatewayState state) : Hub
{
    public IAsyncEnumerable<GeneratedToken> Generate(Dictionary<string, object> request, CancellationToken cancellationToken)
    {
        state.Calls.Enqueue("Generate " + string.Join(',', request.Keys.Order(StringComparer.Ordinal)));
        return Play(0, cancellationToken);
    }

    public IAsyncEnumerable<GeneratedToken> Resume(string requestId, int fromIndex, CancellationToken cancellationToken)
    {
        state.Calls.Enqueue($"Resume {fromIndex}");
        return Play(fromIndex, cancellationToken);
    }

    public bool Cancel(string requestId) => state.Cancelled.TrySetResult(requestId);

    private async IAsyncEnumerable<GeneratedToken> Play(
        int from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (state.Refusal is { } refusal)
        {
            throw new HubException(refusal);
        }

        for (var index = from; index < state.Answer.Length; index++)
        {
            if (state.Cuts.TryRemove(index, out _))
            {
                // A connection that breaks says nothing after it, not even that the stream has ended.
                Context.Abort();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, Context.ConnectionAborted)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                yield break;
            }

            var isLast = index == state.Answer.Length - 1;
            if (isLast && state.WaitsForCancel)
            {
                await state.Cancelled.Task.WaitAsync(cancellationToken);
                yield return new GeneratedToken { Index = index, FinishReason = "cancelled" };
                yield break;
            }

            yield return new GeneratedToken
            {
                Index = index,
                TokenId = index + 10,
                Text = state.Answer[index],
                FinishReason = isLast ? "stop" : null,
                Usage = isLast ? new GenerationUsage { CompletionTokens = state.Answer.Length } : null,
            };
        }
    }
}
