using Baton.Contracts.Handoff;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace Baton.Silo.Streams;

/// <summary>
/// The persistent stream provider of descriptors. The built-in ones cannot carry a handoff: they poll by timer and copy
/// each event several times. Here an event is a reference in a queue of the producer's own silo until it is delivered.
/// </summary>
internal sealed class KvStreamProvider(
    string name, KvStreamOptions options, ILoggerFactory loggers, CancellationToken stopping)
    : IQueueAdapterFactory, IQueueAdapter, IQueueAdapterCache, IStreamQueueMapper
{
    private readonly KvQueue _queue = new(options.QueuedEvents);

    public string Name => name;

    /// <summary>A lost descriptor is found by its lease, not by reading the stream again.</summary>
    public bool IsRewindable => false;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadWrite;

    public static KvStreamProvider Create(IServiceProvider services, string name) => new(
        name,
        services.GetRequiredService<IOptions<KvStreamOptions>>().Value,
        services.GetRequiredService<ILoggerFactory>(),
        services.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None);

    public Task<IQueueAdapter> CreateAdapter() => Task.FromResult<IQueueAdapter>(this);

    public IQueueAdapterCache GetQueueAdapterCache() => this;

    public IStreamQueueMapper GetStreamQueueMapper() => this;

    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) =>
        Task.FromResult<IStreamFailureHandler>(new NoOpStreamDeliveryFailureHandler());

    public IEnumerable<QueueId> GetAllQueues() => [KvQueue.Id];

    public QueueId GetQueueForStream(StreamId streamId) => KvQueue.Id;

    public IQueueCache CreateQueueCache(QueueId queueId) =>
        new SimpleQueueCache(options.CachedEvents, loggers.CreateLogger<SimpleQueueCache>());

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) =>
        new KvQueueReceiver(_queue, options.LongPoll, stopping);

    public Task QueueMessageBatchAsync<T>(
        StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext) =>
        _queue.Add(streamId, [.. events.Cast<KvDescriptor>()]).AsTask();
}
