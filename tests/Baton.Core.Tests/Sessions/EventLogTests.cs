using Baton.Core.Sessions;

namespace Baton.Core.Tests.Sessions;

public sealed class EventLogTests
{
    [Fact]
    public async Task ReadAsync_FromAnyIndexWhileItGrows_YieldsEveryLaterEntryOnce()
    {
        var log = new EventLog<int>();
        var readers = Enumerable.Range(0, 20).Select(from => ReadAll(log, from)).ToList();
        for (var i = 0; i < 1_000; i++)
        {
            Assert.True(log.Append(index => index));
            if (i % 97 == 0)
            {
                await Task.Yield();
            }
        }

        log.Complete();
        for (var from = 0; from < readers.Count; from++)
        {
            Assert.Equal(Enumerable.Range(from, 1_000 - from), await readers[from]);
        }
    }

    [Fact]
    public async Task ShowUpTo_HoldsReadersBackAndHidesNothingAgain()
    {
        var log = new EventLog<int>();
        log.Append(i => i);
        log.ShowUpTo(0);
        log.Append(i => i);
        await using var reader = log.ReadAsync(0, TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);

        // What could be seen before it was held back can be seen.
        Assert.True(await reader.MoveNextAsync());
        var second = reader.MoveNextAsync().AsTask();
        log.Complete();
        Assert.False(second.IsCompleted);
        log.ShowUpTo(2);
        Assert.True(await second);
        Assert.False(await reader.MoveNextAsync());
    }

    [Fact]
    public async Task ShowUpTo_NoLimitAnyMore_AllIsSeen()
    {
        var log = new EventLog<int>();
        log.ShowUpTo(0);
        log.Append(i => i);
        var all = ReadAll(log, 0);
        log.Complete();
        Assert.False(all.IsCompleted);

        log.ShowUpTo(null);
        Assert.Equal([0], await all);
    }

    [Fact]
    public async Task ReadAsync_AfterCompletion_Replays()
    {
        var log = new EventLog<string>();
        log.Append(i => $"entry {i}");
        log.Complete();
        Assert.False(log.Append(_ => "late"));
        Assert.Equal(["entry 0"], await ReadAll(log, 0));
        Assert.Empty(await ReadAll(log, 5));
    }

    [Fact]
    public async Task ReadAsync_Cancelled_Ends()
    {
        var log = new EventLog<int>();
        using var cancel = new CancellationTokenSource();
        await using var reader = log.ReadAsync(0, cancel.Token).GetAsyncEnumerator(cancel.Token);
        var next = reader.MoveNextAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
    }

    private static async Task<List<T>> ReadAll<T>(EventLog<T> log, int from)
    {
        var entries = new List<T>();
        await foreach (var entry in log.ReadAsync(from))
        {
            entries.Add(entry);
        }

        return entries;
    }
}
