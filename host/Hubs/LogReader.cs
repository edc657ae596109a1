using Baton.Contracts.Sessions;

namespace Baton.Host.Hubs;

/// <summary>Reads a session's log with a look at the entry after the current one.</summary>
internal sealed class LogReader(IAsyncEnumerator<SessionEvent> log) : IAsyncDisposable
{
    private SessionEvent? _current;
    private Task<bool>? _next;

    public SessionEvent Current => _current ?? throw new InvalidOperationException("Nothing was read yet.");

    public async ValueTask<bool> MoveNextAsync()
    {
        var more = _next is { } looked ? await looked : await log.MoveNextAsync();
        _next = null;
        _current = more ? log.Current : null;
        return more;
    }

    /// <summary>The end of the current entry's choice, if it is the next entry.</summary>
    /// <param name="wait">Whether to wait for the next entry; else only one that is there already is seen.</param>
    public async ValueTask<SessionEvent?> FinishAfterAsync(bool wait)
    {
        _next ??= log.MoveNextAsync().AsTask();
        return (wait || _next.IsCompletedSuccessfully) && await _next
            && log.Current is { Kind: SessionEventKind.Finish } finish && finish.Choice == Current.Choice
                ? finish
                : null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_next is { IsCompleted: false } looked)
        {
            // An enumerator may not be disposed while it moves; the caller's token has ended the move.
            await looked.ContinueWith(
                static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        await log.DisposeAsync();
    }
}
