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
    private readonly Dictionary<WorkerId, Line> _lines = [];

    /// <summary>Sends it with what waits for that producer.</summary>
    public void Post(WorkerId producer, KvAck ack)
    {
        Hold(producer, ack);
        Flush(producer);
    }

    /// <summary>Keeps it for the next call to that producer: whoever holds answers sees to it that one comes.</summary>
    public void Hold(WorkerId producer, KvAck ack)
    {
        lock (_gate)
        {
            if (!_lines.TryGetValue(producer, out var line))
                _lines.Add(producer, line = new Line());
            line.Waiting.Add(ack);
        }
    }

    /// <summary>Sends what is held.</summary>
    public void Flush(WorkerId producer)
    {
        lock (_gate)
        {
            if (!_lines.TryGetValue(producer, out var line) || line.IsSending)
                return;
            line.IsSending = true;
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
            var waiting = _lines[producer].Waiting;
            if (waiting.Count == 0)
            {
                _lines.Remove(producer);
                return null;
            }
            KvAck[] acks = [.. waiting];
            waiting.Clear();
            return acks;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Count} answers to {Producer} were dropped")]
    private static partial void LogDropped(ILogger logger, int count, WorkerId producer, Exception exception);

    private sealed class Line
    {
        public List<KvAck> Waiting { get; } = [];

        public bool IsSending { get; set; }
    }
}
