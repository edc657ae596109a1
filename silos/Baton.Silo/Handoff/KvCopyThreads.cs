using System.Collections.Concurrent;

namespace Baton.Silo.Handoff;

/// <summary>A few threads that do long copies, one after the other each; bounded by who waits for them.</summary>
internal sealed class KvCopyThreads : IAsyncDisposable
{
    private readonly BlockingCollection<Action> _copies = [];
    private readonly Task _threads;

    public KvCopyThreads(int count) => _threads = Task.WhenAll(
        Enumerable.Range(0, count).Select(i => KvThread.Start($"kv-copy-{i}", Run)));

    /// <param name="copy">Must not throw; called also when these are being disposed.</param>
    /// <returns>Goes on on the thread that copied, as far as it does not wait: another would have to be woken.</returns>
    public Task<T> Do<T>(Func<T> copy)
    {
        var done = new TaskCompletionSource<T>();
        _copies.Add(() => done.SetResult(copy()));
        return done.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _copies.CompleteAdding();
        await _threads;
        _copies.Dispose();
    }

    private void Run()
    {
        foreach (var copy in _copies.GetConsumingEnumerable())
            copy();
    }
}
