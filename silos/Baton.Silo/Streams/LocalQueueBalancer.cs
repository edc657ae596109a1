using Orleans.Streams;

namespace Baton.Silo.Streams;

/// <summary>Every silo always owns its own queue: it lives in this process and nobody else could read it.</summary>
internal sealed class LocalQueueBalancer : IStreamQueueBalancer
{
    private IStreamQueueMapper? _queues;

    public Task Initialize(IStreamQueueMapper queueMapper)
    {
        _queues = queueMapper;
        return Task.CompletedTask;
    }

    public Task Shutdown() => Task.CompletedTask;

    public IEnumerable<QueueId> GetMyQueues() => _queues?.GetAllQueues() ?? [];

    public bool SubscribeToQueueDistributionChangeEvents(IStreamQueueBalanceListener observer) => true;

    public bool UnSubscribeFromQueueDistributionChangeEvents(IStreamQueueBalanceListener observer) => true;
}
