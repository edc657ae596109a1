using Orleans.Streams;

namespace Baton.Silo.Streams;

/// <summary>
/// Reads the silo's queue by long polls, so that an event leaves when it comes and not at the next timer tick. The poll
/// is bounded because an agent that stops waits for the poll in progress before it stops the receiver.
/// </summary>
internal sealed class KvQueueReceiver(
    KvQueue queue, TimeSpan longPoll, CancellationToken stopping)
    : IQueueAdapterReceiver
{
    private const int MostAtOnce = 256;

    public Task Initialize(TimeSpan timeout) => Task.CompletedTask;

    public Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount) =>
        GetQueueMessagesAsync(maxCount, CancellationToken.None);

    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount, CancellationToken cancellationToken)
    {
        if (queue.IsEmpty && !await EventCame(cancellationToken))
            return [];
        var most = maxCount <= 0 ? MostAtOnce : maxCount;
        var batches = new List<IBatchContainer>();
        while (batches.Count < most && queue.TryTake(out var batch))
            batches.Add(batch);
        return batches;
    }

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

    public Task Shutdown(TimeSpan timeout) => Task.CompletedTask;

    private async ValueTask<bool> EventCame(CancellationToken cancellationToken)
    {
        using var poll = new CancellationTokenSource(longPoll);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(poll.Token, stopping, cancellationToken);
        try
        {
            return await queue.WaitToTake(any.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
