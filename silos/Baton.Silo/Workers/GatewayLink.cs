using Baton.Contracts;
using Baton.Contracts.Gateways;
using Baton.Core.Engine;

namespace Baton.Silo.Workers;

/// <summary>
/// The way of one worker's tokens to one gateway: one delivery at a time, in order; what comes meanwhile rides in the
/// next one. So a slow gateway gets larger batches, and one that stops stops its worker's engine at a bound.
/// </summary>
internal sealed class GatewayLink : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly WorkerId _worker;
    private readonly IGatewayGrain _gateway;
    private readonly WorkerOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<GatewayLink> _lost;
    private readonly SemaphoreSlim _work = new(0);
    private readonly SemaphoreSlim _room;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _sending;
    private List<TokenOutput> _tokens = [];
    private bool _delivering;
    private List<SequenceFailure> _failures = [];
    private List<HandoffMilestone> _milestones = [];

    public GatewayLink(
        GatewayId id, WorkerId worker, IGatewayGrain gateway, WorkerOptions options, TimeProvider time,
        Action<GatewayLink> lost)
    {
        Gateway = id;
        _worker = worker;
        _gateway = gateway;
        _options = options;
        _time = time;
        _lost = lost;
        _room = new SemaphoreSlim(options.MaxUndelivered);
        _sending = Task.Run(SendAsync);
    }

    public GatewayId Gateway { get; }

    /// <summary>Whether everything that was added has been delivered.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return !_delivering && _tokens.Count + _failures.Count + _milestones.Count == 0;
            }
        }
    }

    /// <summary>Queues a token; waits when too many are undelivered.</summary>
    public async ValueTask AddAsync(TokenOutput token, CancellationToken cancellationToken)
    {
        if (!_room.Wait(0, cancellationToken))
        {
            await _room.WaitAsync(cancellationToken);
        }

        lock (_gate)
        {
            _tokens.Add(token);
        }
    }

    public void Add(SequenceFailure failure)
    {
        lock (_gate)
        {
            _failures.Add(failure);
        }
    }

    public void Add(HandoffMilestone milestone)
    {
        lock (_gate)
        {
            _milestones.Add(milestone);
        }
    }

    /// <summary>What was added goes out.</summary>
    public void Flush() => _work.Release();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _work.Dispose();
        _room.Dispose();
    }

    private async Task SendAsync()
    {
        while (true)
        {
            await _work.WaitAsync(_stop.Token);
            while (_work.Wait(0))
            {
                // Several flushes are one delivery.
            }

            if (Take() is { } batch)
            {
                if (!await DeliverAsync(batch))
                {
                    _lost(this);
                    return;
                }

                lock (_gate)
                {
                    _delivering = false;
                }

                if (batch.Tokens.Length > 0)
                {
                    _room.Release(batch.Tokens.Length);
                }
            }
        }
    }

    private TokenBatch? Take()
    {
        lock (_gate)
        {
            if (_tokens.Count + _failures.Count + _milestones.Count == 0)
            {
                return null;
            }

            var batch = new TokenBatch(_worker, [.. _tokens], [.. _failures], [.. _milestones]);
            (_tokens, _failures, _milestones, _delivering) = ([], [], [], true);
            return batch;
        }
    }

    // The gateway takes a repeated batch for what it is, so a delivery of unknown fate is simply made again.
    private async Task<bool> DeliverAsync(TokenBatch batch)
    {
        var started = _time.GetTimestamp();
        while (true)
        {
            try
            {
                await _gateway.Deliver(batch);
                return true;
            }
            catch (Exception e) when (e is Orleans.Runtime.OrleansException or TimeoutException)
            {
                if (_time.GetElapsedTime(started) > _options.DeliveryDeadline)
                {
                    return false;
                }
            }

            await Task.Delay(_options.DeliveryRetry, _time, _stop.Token);
        }
    }
}
