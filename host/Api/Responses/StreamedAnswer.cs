using Baton.Contracts.Sessions;
using Baton.Host.Api.Errors;
using Baton.Host.Api.Http;

namespace Baton.Host.Api.Responses;

/// <summary>
/// Streams a session's log as server-sent events, from an index on. The log is always read from its beginning, so that
/// counts and offsets are those of the first reading; what comes before the index is not sent.
/// </summary>
internal sealed class StreamedAnswer(HttpContext context, ApiContext api, ILogger logger)
{
    private int _from;
    private Task? _quiet;

    public async Task WriteAsync(string requestId, Answer answer, int from)
    {
        _from = from;
        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache";
        response.Headers["X-Accel-Buffering"] = "no";
        using var sse = new SseWriter(response.BodyWriter);
        IChunks chunks = answer.Format.IsChat ? ChatChunks.Instance : CompletionChunks.Instance;
        try
        {
            await Open(sse, chunks, answer);
            await ReadAsync(requestId, sse, chunks, answer);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The reader has gone; the session waits for it as long as it was told to.
            return;
        }
        catch (Exception e)
        {
            logger.StreamFailed(e, requestId);
            Error(sse, null, "The stream broke inside the server; ask for the rest by the request's id.", "stream_broken");
        }

        sse.Done();
        await sse.FlushAsync(context.RequestAborted);
    }

    private async Task Open(SseWriter sse, IChunks chunks, Answer answer)
    {
        for (var choice = _from; choice < answer.Opening; choice++)
        {
            chunks.Open(sse.Begin(choice), answer, choice);
            sse.End();
        }

        // Also sends the headers: the client learns that it was admitted before the first token.
        await sse.FlushAsync(context.RequestAborted);
    }

    private async Task ReadAsync(string requestId, SseWriter sse, IChunks chunks, Answer answer)
    {
        var next = answer.Opening;
        await using var log = api.Sessions.ReadAsync(requestId, 0, context.RequestAborted)
            .GetAsyncEnumerator(context.RequestAborted);
        while (await NextAsync(log, sse))
        {
            var entry = log.Current;
            next = answer.Opening + entry.Index + 1;
            answer.Count(entry);
            if (entry.Kind == SessionEventKind.Error)
            {
                // Also one before the index: a log that was taken over may end before it has caught up with its reader.
                Error(sse, Math.Max(next - 1, _from), entry.Message ?? "The request failed.", entry.Reason ?? "failed");
                return;
            }

            if (next > _from)
            {
                chunks.Event(sse.Begin(next - 1), answer, entry);
                sse.End();
                await sse.FlushAsync(context.RequestAborted);
            }

            answer.Passed(entry);
        }

        if (!answer.IsComplete)
        {
            Error(sse, null, "The gateway that ran the request is gone.", "request_lost");
        }
        else if (answer.Format.IncludeUsage && next >= _from)
        {
            chunks.Usage(sse.Begin(next), answer);
            sse.End();
        }
    }

    /// <summary>Waits for the next entry; a reader, and whatever is on the way to it, hears meanwhile that it is waited.</summary>
    private async ValueTask<bool> NextAsync(IAsyncEnumerator<SessionEvent> log, SseWriter sse)
    {
        var moving = log.MoveNextAsync();
        if (moving.IsCompleted)
        {
            return await moving;
        }

        var next = moving.AsTask();
        while (await Task.WhenAny(next, _quiet ??= Task.Delay(api.Options.KeepAlive, api.Time, CancellationToken.None)) != next)
        {
            _quiet = null;
            try
            {
                sse.Comment();
                await sse.FlushAsync(context.RequestAborted);
            }
            catch
            {
                // An enumerator may not be disposed while it moves; the reader's leaving ends the move.
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw;
            }
        }

        return await next;
    }

    private static void Error(SseWriter sse, int? id, string message, string code)
    {
        var type = code == "cancelled" ? "invalid_request_error" : "server_error";
        ErrorWriter.Write(sse.Begin(id), message, type, null, code);
        sse.End();
    }
}
