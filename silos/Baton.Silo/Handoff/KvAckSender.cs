using Baton.Contracts;
using Baton.Contracts.Handoff;
using Microsoft.Extensions.Logging;

namespace Baton.Silo.Handoff;

/// <summary>
/// Sends answers in order, one call at a time for each producer, so that a dead one holds up nobody else. An answer
/// that cannot be sent is dropped: the producer's lease ends by itself.
/// </summary>
internal sealed partial class KvAckSender(
    Func<WorkerId, KvAck[], ValueTask> send, TaskScheduler scheduler, ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<WorkerId, List<KvAck>> _waiting = [];

    public void Post(WorkerId producer, KvAck ack)
    {
        lock (_gate)
        {
            if (_waiting.TryGetValue(producer, out var waiting))
            {
                waiting.Add(ack);
                return;
            }
            _waiting.Add(producer, [ack]);
        }
        KvLoop.Start(() => Run(producer), scheduler);
    }

    private async Task Run(WorkerId producer)
    {
        while (Take(producer) is { } acks)
        {
            try
            {
                await send(producer, acks);
            }
            catch (Exception e)
            {
                LogDropped(logger, acks.Length, producer, e);
            }
        }
    }

    private KvAck[]? Take(WorkerId producer)
    {
        lock (_gate)
        {
            if (_waiting[producer] is { Count: > 0 } waiting)
            {
                KvAck[] acks = [.. waiting];
                waiting.Clear();
                return acks;
            }
            _waiting.Remove(producer);
            return null;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Count} answers to {Producer} were dropped")]
    private static partial void LogDropped(ILogger logger, int count, WorkerId producer, Exception exception);
}
