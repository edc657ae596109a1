using Baton.Contracts;
using Baton.Contracts.Handoff;
using Baton.Contracts.Workers;
using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Silo.Handoff;
using Microsoft.Extensions.Logging.Abstractions;

namespace Baton.Silo.Tests.Handoff.Model;

/// <summary>A prefill worker of one life: the real exporter and leases, and an engine that knows what its blocks hold.</summary>
internal sealed class ModelPrefill : IAsyncDisposable
{
    private readonly HandoffModel _model;
    private readonly Dictionary<(SequenceKey Key, int Number), long> _unacked = [];

    public ModelPrefill(HandoffModel model, WorkerId id)
    {
        (_model, Id) = (model, id);
        Pool = new ModelPool(HandoffModel.PoolBlocks, HandoffModel.Layout, model.Random);
        var location = new KvLocation(id, "host", model.Random.Next(2) == 0 ? "mapped" : "", id.ToString());
        Exporter = new KvExporter(
            new KvPool(Pool.Memory, HandoffModel.Layout, location), Leases,
            new KvExporterOptions
            {
                WindowBytes = HandoffModel.WindowBytes,
                MaxDescriptorBytes = 2 * HandoffModel.Layout.BlockBytes,
                MaxOpen = model.Random.Next(1, 12),
                Scheduler = model.Loops,
            },
            new KvExporterEvents(Publish, (key, end) => model.Check(() => Released(key, end))), model.Time, NullLogger<KvExporter>.Instance);
    }

    public WorkerId Id { get; }

    public bool IsAlive { get; set; } = true;

    public ModelPool Pool { get; }

    public KvLeaseTable Leases { get; } = new();

    public KvExporter Exporter { get; }

    public void Order(ModelHandoff handoff)
    {
        if (handoff.IsOver || !Exporter.Open(handoff.Key, new HandoffTarget(
            handoff.Decode.Id, "host", handoff.CachedBlocks * HandoffModel.Layout.BlockTokens)))
        {
            _model.Over(handoff);
            return;
        }
        handoff.IsOpened = true;
        handoff.Source = Pool.Take(handoff.Blocks);
        _model.Network.Send(() => Step(handoff, 0));
    }

    /// <summary>Published, not answered, and not of a handoff that has ended: what takes credit and nothing else may.</summary>
    public long MostUnackedBytes => _unacked.Values.Sum();

    public void Acknowledge(KvAck ack)
    {
        _unacked.Remove((ack.Key, ack.Number));
        Exporter.Acknowledge(ack);
    }

    public void Release(ModelHandoff handoff)
    {
        if (IsAlive)
            Exporter.Abort(handoff.Key);
    }

    public async ValueTask DisposeAsync()
    {
        await Exporter.DisposeAsync();
        Pool.Dispose();
    }

    /// <summary>A step of the engine begins: some more blocks will be complete.</summary>
    private void Step(ModelHandoff handoff, int from)
    {
        if (handoff.Source is { } blocks)
            Compute(handoff, from, _model.Random.Next(from, blocks.Length + 1), layer: 0);
    }

    /// <summary>Some more layers of a step are computed; its last one completes the blocks.</summary>
    private void Compute(ModelHandoff handoff, int from, int to, int layer)
    {
        if (!IsAlive || handoff.Source is not { } blocks)
            return;
        var all = HandoffModel.Layout.Layers;
        var layers = new LayerRange(layer, (_model.Random.Next(2) == 0 ? all : _model.Random.Next(layer + 1, all + 1)) - layer);
        for (var i = from; i < to; i++)
            Fill(handoff, i, layers);
        var isStepOver = layers.End == all;
        var isLast = isStepOver && to == blocks.Length;
        if (to > from || isLast)
        {
            FinishReason? finish = isLast && _model.Random.Next(20) == 0 ? FinishReason.Stop : null;
            Exporter.Produced(new KvProduced(handoff.Key, from, blocks[from..to], layers, isLast,
                new SampledToken(isLast ? handoff.Token : 0, float.NaN, null), finish));
            if (finish is not null)
                _model.Network.Send(() => _model.Over(handoff));
        }
        if (!isStepOver)
            _model.Network.Send(() => Compute(handoff, from, to, layers.End));
        else if (!isLast)
            _model.Network.Send(() => Step(handoff, to));
    }

    private void Fill(ModelHandoff handoff, int block, LayerRange layers)
    {
        var layout = HandoffModel.Layout;
        var whole = new byte[layout.BlockBytes];
        handoff.Fill(whole, block);
        var part = (layers.First * layout.LayerBytes)..(layers.End * layout.LayerBytes);
        whole.AsSpan(part).CopyTo(Pool.Block(handoff.Source![block])[part]);
    }

    private ValueTask Publish(string worker, KvDescriptor[] descriptors, CancellationToken cancellationToken)
    {
        if (_model.Random.Next(60) == 0)
            throw new InvalidOperationException("The stream is not there.");
        foreach (var descriptor in descriptors)
        {
            _unacked[(descriptor.Key, descriptor.Number)] =
                descriptor.Blocks.Length * descriptor.Layers.Count * HandoffModel.Layout.LayerBytes;
            _model.Publish(worker, descriptor);
        }
        return ValueTask.CompletedTask;
    }

    private void Released(SequenceKey key, HandoffEnd end)
    {
        var handoff = _model.Handoff(key);
        handoff.Released.Add(end);
        foreach (var published in _unacked.Keys.Where(k => k.Key == key).ToArray())
            _unacked.Remove(published);
        Pool.Give(handoff.Source!);
        handoff.Source = null;
        if (end.Outcome != HandoffOutcome.Landed)
            _model.Network.Send(() => _model.Over(handoff));
    }
}
