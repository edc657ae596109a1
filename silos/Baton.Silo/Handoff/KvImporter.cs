using Baton.Contracts;
using Baton.Contracts.Handoff;
using Baton.Core.Engine;
using Microsoft.Extensions.Logging;

namespace Baton.Silo.Handoff;

/// <summary>
/// The consumer's side of a decode worker's handoffs: pulls what descriptors of its stream announce into the blocks that
/// were reserved for it, verifies and acknowledges it. Safe for concurrent use; no call but the last two waits.
/// </summary>
public sealed partial class KvImporter : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly KvPool _pool;
    private readonly KvPlanes _planes;
    private readonly KvImporterOptions _options;
    private readonly KvImporterEvents _events;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly KvAckSender _acks;
    private readonly Dictionary<SequenceKey, KvIncoming> _expected = [];
    private readonly Dictionary<WorkerId, KvPeerQueue> _peers = [];
    private readonly KvLandedMemory _landed;
    private readonly ITimer _sweep;
    private KvImporterStats _stats = new();
    private int _queued;
    private bool _disposed;

    public KvImporter(
        KvPool pool,
        KvPlanes planes,
        KvImporterOptions options,
        KvImporterEvents events,
        TimeProvider time,
        ILogger<KvImporter> logger)
    {
        _pool = pool;
        _planes = planes;
        _options = options;
        _events = events;
        _time = time;
        _logger = logger;
        _acks = new KvAckSender(events.Acknowledge, options.Scheduler, logger);
        _landed = new KvLandedMemory(options.MaxRemembered);
        _sweep = time.CreateTimer(_ => Sweep(time.GetUtcNow()), null, options.SweepInterval, options.SweepInterval);
    }

    public KvImporterStats Stats
    {
        get
        {
            lock (_gate)
                return _stats with { Expected = _expected.Count, Queued = _queued };
        }
    }

    /// <summary>Says that KV of a reserved sequence will come.</summary>
    /// <param name="key">The sequence.</param>
    /// <param name="blocks">Its whole block table; not to be touched until landed, failed or forgotten.</param>
    /// <param name="cachedTokens">Leading positions that are here and will not come.</param>
    /// <param name="tokens">Positions whose KV is to be there in the end.</param>
    /// <returns>False when that key is expected already or this is shutting down.</returns>
    public bool Expect(SequenceKey key, int[] blocks, int cachedTokens, int tokens)
    {
        var (first, end) = (cachedTokens / _pool.Layout.BlockTokens, _pool.Layout.BlocksFor(tokens));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, end, nameof(cachedTokens));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(end, blocks.Length, nameof(tokens));
        if (Array.Exists(blocks, b => b < 0 || b >= _pool.Blocks))
            throw new ArgumentOutOfRangeException(nameof(blocks), "A block is outside the pool.");
        lock (_gate)
        {
            var incoming = new KvIncoming(key, blocks, first, end, _pool.Layout) { LastProgress = _time.GetUtcNow() };
            return !_disposed && _expected.TryAdd(key, incoming);
        }
    }

    /// <summary>Takes a descriptor, in any order and however often.</summary>
    public void Enqueue(KvDescriptor descriptor)
    {
        Action? after = null;
        lock (_gate)
        {
            if (!_expected.TryGetValue(descriptor.Key, out var incoming))
                AnswerUnexpected(descriptor);
            else if (incoming.Producer is { } producer && producer.Worker != descriptor.Source.Worker)
                Refuse(descriptor, KvFailure.Producer);
            else if (incoming.IsOver)
                Refuse(descriptor, incoming.Failure ?? KvFailure.Cancelled);
            else if (incoming.HasSeen(descriptor.Number))
                AnswerDuplicate(incoming, descriptor);
            else
                after = Accept(incoming, descriptor);
        }
        after?.Invoke();
    }

    /// <summary>
    /// Ends a reservation, in whatever state it is. When the task completes nothing writes to its blocks any more.
    /// </summary>
    public Task Forget(SequenceKey key)
    {
        KvIncoming? incoming;
        lock (_gate)
        {
            if (!_expected.TryGetValue(key, out incoming))
                return Task.CompletedTask;
            if (!incoming.IsOver && incoming.Producer is { } producer)
                _acks.Post(producer.Worker, new KvAck(key, incoming.FirstMissing, KvFailure.Cancelled));
            incoming.Forget();
        }
        incoming.Cancel.Cancel();
        Settle(incoming);
        return incoming.Quiet.Task;
    }

    /// <summary>Fails what comes from a worker that is known to be dead, and lets go of its memory.</summary>
    public void PeerGone(WorkerId worker)
    {
        KvIncoming[] affected;
        lock (_gate)
            affected = [.. _expected.Values.Where(i => i.Producer?.Worker == worker)];
        foreach (var incoming in affected)
            Fail(incoming, KvFailure.PeerGone);
        foreach (var source in affected.Select(i => i.Producer!).Distinct())
            _planes.Drop(source);
    }

    /// <summary>Fails what has made no progress for too long. Runs by itself every sweep interval.</summary>
    public void Sweep(DateTimeOffset now)
    {
        KvIncoming[] late;
        lock (_gate)
        {
            late = [.. _expected.Values.Where(i =>
                !i.IsOver && i.IsWaiting && now - i.LastProgress >= _options.TransferDeadline)];
            // Nothing is held for long: behind a slow pull, a lease could run out over bytes that have landed.
            foreach (var (producer, peer) in _peers.Where(p => p.Value.HeldBytes > 0))
            {
                peer.HeldBytes = 0;
                _acks.Flush(producer);
            }
        }
        foreach (var incoming in late)
        {
            Fail(incoming, KvFailure.Timeout);
            // Whatever hangs at the other end hangs for the next one too.
            _planes.Drop(incoming.Producer!);
        }
        _planes.Sweep();
    }

    /// <summary>Forgets everything; afterwards nothing writes to the pool.</summary>
    public async ValueTask DisposeAsync()
    {
        SequenceKey[] keys;
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            keys = [.. _expected.Keys];
        }
        await _sweep.DisposeAsync();
        await Task.WhenAll(keys.Select(Forget));
    }

    [LoggerMessage(1, LogLevel.Warning, "Handoff of {Sequence} from {Producer} failed at its consumer: {Reason}")]
    private static partial void LogFailed(ILogger logger, SequenceKey sequence, string? producer, string reason);

    [LoggerMessage(3, LogLevel.Error, "The pull of descriptor {Number} of {Sequence} ended in an error")]
    private static partial void LogPull(ILogger logger, int number, SequenceKey sequence, Exception exception);

    [LoggerMessage(2, LogLevel.Debug, "Descriptor {Number} of {Sequence} refused: {Reason}")]
    private static partial void LogRefused(ILogger logger, int number, SequenceKey sequence, string reason);
}
