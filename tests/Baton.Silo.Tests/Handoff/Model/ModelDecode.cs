using Baton.Contracts;
using Baton.Contracts.Handoff;
using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Silo.Handoff;
using Microsoft.Extensions.Logging.Abstractions;

namespace Baton.Silo.Tests.Handoff.Model;

/// <summary>A decode worker of one life: the real importer, and an engine that looks at what it is told has landed.</summary>
internal sealed class ModelDecode : IAsyncDisposable
{
    private readonly HandoffModel _model;
    private readonly KvPlanes _planes;
    private readonly HashSet<(SequenceKey Key, int Number)> _accepted = [];

    public ModelDecode(HandoffModel model, WorkerId id)
    {
        (_model, Id) = (model, id);
        Pool = new ModelPool(HandoffModel.PoolBlocks, HandoffModel.Layout, model.Random);
        _planes = new KvPlanes(new ModelPlane(model));
        Importer = new KvImporter(
            new KvPool(Pool.Memory, HandoffModel.Layout, new KvLocation(id, "host", "", "")), _planes,
            new KvImporterOptions
            {
                MaxQueued = model.Random.Next(4) == 0 ? 2 : 4096,
                MaxRemembered = model.Random.Next(4) == 0 ? 1 : 4096,
                PullsPerPeer = model.Random.Next(1, 4),
                Scheduler = model.Loops,
            },
            new KvImporterEvents
            {
                Acknowledge = (producer, acks) => model.Acknowledge(this, producer, acks),
                Landed = (key, first, bytes, _) => model.Check(() => Landed(key, first, bytes)),
                Failed = (key, reason) => model.Check(() => Failed(key, reason)),
            },
            model.Time, NullLogger<KvImporter>.Instance);
    }

    public WorkerId Id { get; }

    public bool IsAlive { get; set; } = true;

    public ModelPool Pool { get; }

    public KvImporter Importer { get; }

    /// <summary>Takes blocks for it, or does not; the prefix that is here already is right from the start.</summary>
    public bool Reserve(ModelHandoff handoff)
    {
        if (handoff.IsOver || Pool.Free < handoff.Blocks)
            return false;
        var blocks = handoff.Destination = Pool.Take(handoff.Blocks);
        for (var i = 0; i < blocks.Length; i++)
        {
            if (i < handoff.CachedBlocks)
                handoff.Fill(Pool.Block(blocks[i]), i);
        }
        var tokens = HandoffModel.Layout.BlockTokens;
        handoff.IsExpected = Importer.Expect(
            handoff.Key, blocks, handoff.CachedBlocks * tokens, handoff.Blocks * tokens - _model.Random.Next(tokens));
        return handoff.IsExpected;
    }

    /// <summary>Each descriptor is accepted once or counted as refused or repeated.</summary>
    public void Deliver(KvDescriptor descriptor, bool mustBeRefused)
    {
        if (!IsAlive)
            return;
        var before = Importer.Stats;
        Importer.Enqueue(descriptor);
        var after = Importer.Stats;
        var counted = after.Refused - before.Refused + after.Duplicates - before.Duplicates;
        if (counted == 0)
        {
            Assert.False(mustBeRefused, $"{descriptor} was accepted");
            Assert.True(_accepted.Add((descriptor.Key, descriptor.Number)), $"{descriptor} was accepted again");
        }
        Assert.InRange(counted, 0, 1);
    }

    public async Task Release(ModelHandoff handoff)
    {
        if (!IsAlive)
            return;
        await Importer.Forget(handoff.Key);
        if (handoff.IsExpected && handoff.Arrived.Count == 0)
            handoff.Arrived.Add("forgotten");
        Free(handoff);
    }

    public async ValueTask DisposeAsync()
    {
        await Importer.DisposeAsync();
        await _planes.DisposeAsync();
        Pool.Dispose();
    }

    private void Landed(SequenceKey key, SampledToken first, long bytes)
    {
        var handoff = _model.Handoff(key);
        handoff.Arrived.Add("landed");
        Assert.Equal(handoff.Token, first.Token);
        Assert.Equal((long)(handoff.Blocks - handoff.CachedBlocks) * HandoffModel.Layout.BlockBytes, bytes);
        for (var i = 0; i < handoff.Blocks; i++)
            Assert.True(handoff.Holds(Pool.Block(handoff.Destination![i]), i), $"block {i} of {key} is another");
        _model.Network.Send(() => _model.Over(handoff));
    }

    private void Failed(SequenceKey key, string reason)
    {
        var handoff = _model.Handoff(key);
        handoff.Arrived.Add(reason);
        Free(handoff);
        _model.Network.Send(() => _model.Over(handoff));
    }

    private void Free(ModelHandoff handoff)
    {
        if (handoff.Destination is not { } blocks)
            return;
        handoff.Destination = null;
        Pool.Give(blocks);
    }
}
