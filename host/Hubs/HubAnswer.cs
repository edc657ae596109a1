using System.Runtime.CompilerServices;
using Baton.Contracts.Sessions;
using Baton.Host.Api;
using Baton.Host.Api.Responses;
using Microsoft.AspNetCore.SignalR;

namespace Baton.Host.Hubs;

/// <summary>A session's log as the items of a hub stream: one for each token, the finish on the last one.</summary>
internal sealed class HubAnswer(string requestId, Answer answer, ISessions sessions)
{
    public async IAsyncEnumerable<GeneratedItem> ReadAsync(
        int from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var entries = sessions.ReadAsync(requestId, 0, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var log = new LogReader(entries);
        var index = 0;
        while (await log.MoveNextAsync())
        {
            var entry = log.Current;
            answer.Count(entry);
            if (entry.Kind == SessionEventKind.Error)
            {
                yield return Failed(entry, index);
                yield break;
            }

            if (entry.Kind == SessionEventKind.Finish)
            {
                yield return Item(index, null, entry);
                continue;
            }

            var isLast = IsLast(entry);
            var finish = await log.FinishAfterAsync(isLast);
            if (finish is not null)
            {
                await log.MoveNextAsync();
                answer.Count(finish);
            }

            if (index >= from)
            {
                yield return Item(index, entry, finish);
            }
            else if (finish is not null && !isLast && index + 1 == from)
            {
                // On the first reading the finish may have come after its token: whoever has the token may lack it.
                yield return Item(index + 1, null, finish);
            }

            index++;
        }

        if (!answer.IsComplete)
        {
            throw new HubException("request_lost: The gateway that ran the request is gone, or the request is unknown.");
        }
    }

    /// <summary>
    /// Whether the engine ends with this token, by the same rules: then the finish is on its way and is waited for, so
    /// that the items are the same on every reading. Stop strings are the session's and show only in what it says.
    /// </summary>
    private bool IsLast(SessionEvent entry)
    {
        var stop = answer.Request.Stop;
        var count = answer.CompletionTokens;
        return count >= stop.MaxTokens
            || (count >= stop.MinTokens
                && ((!stop.IgnoreEnd && stop.EndTokens.Contains(entry.Token)) || stop.StopTokens.Contains(entry.Token)));
    }

    private GeneratedItem Item(int index, SessionEvent? token, SessionEvent? finish) => new()
    {
        Index = index,
        TokenId = token?.Token,
        Text = token?.Text + finish?.Text,
        Logprob = token is not null && answer.Format.TopLogprobs is not null
            ? ChatLogprobs.Bounded(token.Logprob)
            : null,
        FinishReason = finish?.Reason,
        Usage = finish is null ? null : Usage(),
    };

    private GeneratedItem Failed(SessionEvent error, int index) => error.Reason == "cancelled"
        ? new GeneratedItem
        {
            Index = index,
            TokenId = null,
            Text = "",
            FinishReason = error.Reason,
            Usage = Usage(),
        }
        : throw new HubException($"{error.Reason}: {error.Message}");

    private GeneratedUsage Usage() => new(
        answer.PromptTokens,
        answer.CompletionTokens,
        answer.PromptTokens + answer.CompletionTokens,
        answer.CachedTokens);
}
