using System.Collections.Concurrent;
using Baton.Contracts;
using Baton.Contracts.Gateways;
using Baton.Contracts.Handoff;
using Baton.Contracts.Workers;
using Baton.Core.Costs;
using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Grains.Workers;
using Baton.Silo.Handoff;
using Microsoft.Extensions.Logging;

namespace Baton.Silo.Workers;

/// <summary>
/// An engine in the cluster: takes orders from its grain, carries its tokens to the gateways and its KV to the streams.
/// </summary>
public sealed class Worker : IWorker, IAsyncDisposable
{
    private readonly ConcurrentDictionary<SequenceKey, byte> _exporting = new();
    private readonly Deliveries _deliveries;
    private readonly IEngine _engine;
    private readonly KvExporter? _exporter;
    private readonly KvImporter? _importer;
    private readonly string _hostId;
    private readonly CancellationTokenSource _stop = new();
    private Task _pump = Task.CompletedTask;
    private long _tokens;
    private long _handoffs;
    private long _handoffBytes;
    private readonly Departure _departure;
    private readonly SequenceAudit _audit;

    public Worker(
        WorkerId id,
        WorkerRole role,
        string hostId,
        IEngine engine,
        Func<Worker, KvExporter>? exporter,
        Func<Worker, KvImporter>? importer,
        IGrainFactory grains,
        WorkerOptions options,
        TimeProvider time,
        ILogger<Worker> logger)
    {
        (Id, Role, _hostId, _engine, _departure) = (id, role, hostId, engine, new Departure(role));
        _deliveries = new Deliveries(id, grains, options, time, gateway =>
        {
            logger.GatewayLost(id.Name, gateway.Name);
            ReleaseAllOf(gateway);
        });
        _audit = new SequenceAudit(
            _deliveries, grains, options.AuditInterval, time, ReleaseAsync,
            (key, gateway) => logger.SequenceUnwanted(id.Name, key, gateway.Name));
        _exporter = exporter?.Invoke(this);
        _importer = importer?.Invoke(this);
    }

    public WorkerId Id { get; }

    public WorkerRole Role { get; }

    public EngineInfo Engine => _engine.Info;

    public EngineLoad Load => _engine.Load;

    public WorkerProfile Profile => _engine.Profile;

    /// <summary>Whether its process can go on in another role.</summary>
    public bool CanConvert { get; init; }

    public bool IsDraining => _departure.Asked.IsCompleted;

    /// <summary>Completes when it is asked to drain.</summary>
    public Task DrainAsked => _departure.Asked;

    /// <summary>The role that it was asked to take when it has drained; null where it leaves.</summary>
    public WorkerRole? NextRole => _departure.NextRole;

    /// <summary>Whether nothing is left that would be lost if the worker left now.</summary>
    public bool IsIdle => _deliveries.IsEmpty
        && Load is { Running: 0, Waiting: 0, Parked: 0, Reserved: 0, ReservationsWaiting: 0 };

    /// <summary>Ends when the engine does; faulted if a bug or the device ended it.</summary>
    public Task EngineEnded => _engine.Completion;

    public WorkerTotals Totals => new(
        Interlocked.Read(ref _tokens),
        Interlocked.Read(ref _handoffs),
        Interlocked.Read(ref _handoffBytes),
        (_importer?.Stats.Refused ?? 0) + (_exporter?.Stats.Refused ?? 0),
        _exporter?.Stats.LeasesExpired ?? 0);

    public void Start() => _pump = Task.Run(PumpAsync);

    public async Task<OrderResult> PrefillAsync(WorkOrder order)
    {
        if (Refuse(order) is { } refusal)
        {
            return refusal;
        }

        if (Export(order) is { } failure)
        {
            return failure;
        }

        await _engine.SubmitAsync(new EngineCommand.Start(order.Sequence), _stop.Token);
        return OrderResult.Accepted;
    }

    public async Task<OrderResult> GenerateAsync(WorkOrder order)
    {
        if (Refuse(order) is { } refusal)
        {
            return refusal;
        }

        await _engine.SubmitAsync(new EngineCommand.Start(order.Sequence), _stop.Token);
        return OrderResult.Accepted;
    }

    public async Task<OrderResult> ReserveAsync(WorkOrder order)
    {
        if (Refuse(order) is { } refusal)
        {
            return refusal;
        }

        if (_importer is null)
        {
            return new OrderResult("not a decode worker");
        }

        var sequence = order.Sequence;
        var reply = new TaskCompletionSource<Reservation>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _engine.SubmitAsync(new EngineCommand.Reserve(sequence, reply), _stop.Token);
        var reservation = await reply.Task;
        if (reservation.Blocks is not { } blocks)
        {
            _deliveries.Forget(sequence.Key);
            return new OrderResult(reservation.Refusal);
        }

        if (!_importer.Expect(sequence.Key, blocks, reservation.CachedTokens, sequence.Tokens.Length))
        {
            await ReleaseAsync(sequence.Key);
            return new OrderResult("its handoffs have stopped");
        }

        // A release that overtook the reply has freed the blocks again and found nothing to forget: it is for us.
        if (!_deliveries.Knows(sequence.Key))
        {
            await ReleaseAsync(sequence.Key);
            return new OrderResult("released before it was reserved");
        }

        return new OrderResult(null, new HandoffTarget(Id, _hostId, reservation.CachedTokens));
    }

    /// <summary>Stops a decoding sequence; its tokens so far are on their way to its gateway.</summary>
    public async Task<int?> FreezeAsync(SequenceKey key)
    {
        if (!_deliveries.Knows(key) || _engine.Completion.IsCompleted)
        {
            return null;
        }

        var reply = new TaskCompletionSource<int?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _engine.SubmitAsync(new EngineCommand.Freeze(key, reply), _stop.Token);
        return await reply.Task;
    }

    /// <summary>Hands a frozen sequence over, under the key of the order. A worker that drains does so.</summary>
    public Task<OrderResult> HandOverAsync(WorkOrder order, SequenceKey frozen) =>
        ExportAsync(order, new EngineCommand.HandOver(frozen, order.Sequence.Key));

    /// <summary>Copies the head of a sequence that goes on decoding here.</summary>
    public Task<OrderResult> CopyAsync(WorkOrder order, SequenceKey running) =>
        ExportAsync(order, new EngineCommand.Copy(running, order.Sequence.Key, order.Sequence.Tokens.Length));

    public void Acknowledge(KvAck ack) => _exporter?.Acknowledge(ack);

    public async Task ReleaseAsync(SequenceKey key)
    {
        _deliveries.Forget(key);
        if (_exporting.ContainsKey(key))
        {
            // The blocks go when nobody reads them any more: HandoffEnded.
            _exporter!.Abort(key);
            return;
        }

        if (_importer is not null)
        {
            await _importer.Forget(key);
        }

        await _engine.SubmitAsync(new EngineCommand.Release(key), _stop.Token);
    }

    /// <summary>A gateway is dead: nobody is left to take the tokens of its sequences.</summary>
    public void GatewayGone(GatewayId gateway)
    {
        _deliveries.Drop(gateway);
        ReleaseAllOf(gateway);
    }

    /// <summary>A worker is dead: what it had to hand over will not come, and what it was to take is not taken.</summary>
    public void PeerGone(WorkerId peer)
    {
        _importer?.PeerGone(peer);
        _exporter?.TargetGone(peer);
    }

    public FittedProfile Measure()
    {
        var fitted = _engine.Fit();
        var profile = fitted.Profile with
        {
            KvTokens = Engine.KvTokens,
            StepTokens = Engine.Bounds.StepTokenBudget,
            MaxSequences = Engine.Bounds.MaxSequences,
            Layers = Engine.Layout.Layers,
            KvBytesPerToken = Engine.Layout.BlockBytes / Engine.Layout.BlockTokens,
        };
        return fitted with { Profile = profile };
    }

    public void Drain() => _departure.Leave();

    /// <summary>Takes nothing new, whatever comes after it.</summary>
    public void Empty() => _departure.Begin();

    public bool Convert(WorkerRole role) => CanConvert && _departure.Convert(role);

    /// <summary>The exporter is done with a sequence: its blocks may go.</summary>
    public void HandoffEnded(SequenceKey key, HandoffEnd end)
    {
        _exporting.TryRemove(key, out _);
        if (end.Outcome is HandoffOutcome.Failed or HandoffOutcome.LeaseExpired)
        {
            _deliveries.Fail(new SequenceFailure(key, end.Reason ?? "the handoff failed"));
        }

        _deliveries.Forget(key);
        Submit(new EngineCommand.Release(key));
    }

    /// <summary>The first pull of a sequence's KV began.</summary>
    public void TransferStarted(SequenceKey key) => _deliveries.Note(key, HandoffState.Transferring, "pulling the first blocks");

    /// <summary>All KV of a reserved sequence is here and verified.</summary>
    public void TransferLanded(SequenceKey key, SampledToken first, long bytes, string way)
    {
        // Counted where it lands: a short answer may end, and its producer be released, before the last ack arrives.
        Interlocked.Increment(ref _handoffs);
        Interlocked.Add(ref _handoffBytes, bytes);
        _deliveries.Note(key, HandoffState.Landed, $"{bytes} bytes over {way}");
        Submit(new EngineCommand.Activate(key, first));
    }

    /// <summary>The KV of a reserved sequence will not come.</summary>
    public void TransferFailed(SequenceKey key, string reason)
    {
        _deliveries.Fail(new SequenceFailure(key, reason));
        Submit(new EngineCommand.Release(key));
    }

    public async ValueTask DisposeAsync()
    {
        await Teardown.RunAsync(
            _audit.DisposeAsync,
            StopPumpAsync,
            _deliveries.DisposeAsync,
            () => _exporter?.DisposeAsync() ?? default,
            () => _importer?.DisposeAsync() ?? default,
            _engine.DisposeAsync);
        _stop.Dispose();
    }

    private async ValueTask StopPumpAsync()
    {
        await _stop.CancelAsync();
        await _pump.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<OrderResult> ExportAsync(WorkOrder order, EngineCommand command)
    {
        if (_deliveries.TryAdd(order.Sequence.Key, order.Gateway) is { } refusal)
        {
            return new OrderResult(refusal);
        }

        if (Export(order) is { } failure)
        {
            return failure;
        }

        await _engine.SubmitAsync(command, _stop.Token);
        return OrderResult.Accepted;
    }

    /// <summary>Opens the handoff of an order; what is wrong with it, or null.</summary>
    private OrderResult? Export(WorkOrder order)
    {
        var key = order.Sequence.Key;
        _exporting[key] = 0;
        if (order.Target is { } target && _exporter?.Open(key, target) == true)
        {
            return null;
        }

        _exporting.TryRemove(key, out _);
        _deliveries.Forget(key);
        return new OrderResult("too many handoffs are open");
    }

    private OrderResult? Refuse(WorkOrder order)
    {
        if (IsDraining)
        {
            return new OrderResult("draining");
        }

        if (_engine.Completion.IsCompleted)
        {
            return new OrderResult("its engine has stopped");
        }

        return _deliveries.TryAdd(order.Sequence.Key, order.Gateway) is { } refusal ? new OrderResult(refusal) : null;
    }

    private async Task PumpAsync()
    {
        try
        {
            await foreach (var report in _engine.Reports.ReadAllAsync(_stop.Token))
            {
                await PublishAsync(report);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed.
        }
    }

    private async Task PublishAsync(StepReport report)
    {
        Interlocked.Add(ref _tokens, report.Tokens.Count);
        await _deliveries.SendAsync(report, _stop.Token);
        foreach (var kv in report.Kv)
        {
            _exporter?.Produced(kv);
        }
    }

    private void ReleaseAllOf(GatewayId gateway)
    {
        foreach (var key in _deliveries.Of(gateway))
        {
            ReleaseAsync(key).Ignore();
        }
    }

    private void Submit(EngineCommand command)
    {
        var submitted = _engine.SubmitAsync(command, _stop.Token);
        if (!submitted.IsCompletedSuccessfully)
        {
            submitted.AsTask().Ignore();
        }
    }
}
