using System.Threading.Channels;
using Baton.Contracts;
using Baton.Contracts.Handoff;
using Baton.Core.Engine;
using Baton.Silo.Handoff;
using Baton.Silo.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace Baton.Silo.Tests.Handoff;

/// <summary>When a producer is told that bytes have landed.</summary>
public sealed class KvImporterTests : IAsyncDisposable
{
    private static readonly WorkerId _producer = new("prefill-0", 1);

    private readonly PrivateKvMemory _memory = new(16L * HandoffRig.Layout.BlockBytes);
    private readonly Channel<KvAck[]> _answers = Channel.CreateUnbounded<KvAck[]>();
    private readonly HandPlane _plane = new();
    private readonly KvImporter _importer;

    public KvImporterTests() => _importer = new KvImporter(
        new KvPool(_memory, HandoffRig.Layout, new KvLocation(new WorkerId("decode-0", 1), "host", "", "")),
        new KvPlanes(_plane),
        new KvImporterOptions { PullsPerPeer = 1, MaxHeldBytes = 3L * HandoffRig.Layout.BlockBytes },
        new KvImporterEvents
        {
            Acknowledge = (_, acks) => _answers.Writer.WriteAsync(acks),
            Landed = (_, _, _, _) => { },
            Failed = (_, _) => { },
        },
        TimeProvider.System,
        NullLogger<KvImporter>.Instance);

    public async ValueTask DisposeAsync()
    {
        await _importer.DisposeAsync();
        _memory.Dispose();
    }

    [Fact]
    public async Task Landed_MoreIsOnItsWay_WaitsUntilTheHandoffIsComplete()
    {
        Expect(0, blocks: 2);
        Enqueue(0, number: 0);
        Enqueue(0, number: 1, isLast: true);
        await _plane.Land();
        await _plane.Land();

        Assert.Equal([0, 1], (await Answer()).Select(a => a.Number));
    }

    [Fact]
    public async Task Landed_NothingElseIsOnItsWay_IsToldAtOnce()
    {
        Expect(0, blocks: 2);
        Enqueue(0, number: 0);
        await _plane.Land();

        Assert.Equal([0], (await Answer()).Select(a => a.Number));
    }

    [Fact]
    public async Task Landed_WhatWasWaitedForIsGivenUp_IsTold()
    {
        Expect(0, blocks: 2);
        Expect(1, blocks: 2, firstBlock: 2);
        Enqueue(0, number: 0);
        Enqueue(1, number: 0);
        await _importer.Forget(HandoffRig.Key(1));
        Assert.Equal(KvFailure.Cancelled, Assert.Single(await Answer()).Failure);
        await _plane.Land();

        Assert.Equal(new KvAck(HandoffRig.Key(0), 0, null), Assert.Single(await Answer()));
    }

    [Fact]
    public async Task Landed_AsMuchAsTheBound_IsToldThoughMoreIsOnItsWay()
    {
        Expect(0, blocks: 5);
        for (var number = 0; number < 5; number++)
            Enqueue(0, number, isLast: number == 4);
        for (var number = 0; number < 3; number++)
            await _plane.Land();

        Assert.Equal([0, 1, 2], (await Answer()).Select(a => a.Number));
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(3, 2)]
    [InlineData(-1, 2)]
    public async Task Enqueue_LayersThatAreClaimedOrThatAreNone_SpoilsTheHandoff(int first, int count)
    {
        Expect(0, blocks: 1);
        Enqueue(0, number: 0, layers: new LayerRange(1, 1));
        Enqueue(0, number: 1, firstBlock: 0, layers: new LayerRange(first, count));

        Assert.Equal(KvFailure.Range, (await Answer())[0].Failure);
    }

    [Fact]
    public async Task Enqueue_OtherLayersOfTheSameBlock_CompleteIt()
    {
        Expect(0, blocks: 1);
        Enqueue(0, number: 0, layers: new LayerRange(3, 1));
        Enqueue(0, number: 1, firstBlock: 0, layers: new LayerRange(0, 3), isLast: true);
        await _plane.Land();
        await _plane.Land();

        Assert.Equal([0, 1], (await Answer()).Select(a => a.Number));
        Assert.Equal(1, _importer.Stats.Landed);
    }

    private void Expect(int handoff, int blocks, int firstBlock = 0) => Assert.True(_importer.Expect(
        HandoffRig.Key(handoff), [.. Enumerable.Range(firstBlock, blocks)], 0, blocks * HandoffRig.Layout.BlockTokens));

    private void Enqueue(
        int handoff, int number, bool isLast = false, int? firstBlock = null, LayerRange? layers = null) =>
        _importer.Enqueue(new KvDescriptor
        {
            Key = HandoffRig.Key(handoff),
            Number = number,
            Source = new KvLocation(_producer, "host", "", "there"),
            LeaseId = 1,
            LeaseWord = -1,
            FirstBlock = firstBlock ?? number,
            Blocks = [number],
            Layers = layers ?? HandoffRig.Layout.AllLayers,
            Fingerprint = HandoffRig.Layout.Fingerprint,
            Last = isLast,
        });

    private Task<KvAck[]> Answer() =>
        HandoffRig.Wait(_answers.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask());

    /// <summary>Pulls that end when the test has them end.</summary>
    private sealed class HandPlane : IKvPlane
    {
        private readonly Channel<TaskCompletionSource<string?>> _pulls =
            Channel.CreateUnbounded<TaskCompletionSource<string?>>();

        public string Name => "hand";

        public async Task Land() => (await HandoffRig.Wait(
            _pulls.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask())).SetResult(null);

        public bool Reaches(KvLocation source) => true;

        public async Task<string?> Pull(KvPull pull)
        {
            var end = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var onCancel = pull.Cancelled.Register(() => end.TrySetResult(KvFailure.Cancelled));
            await _pulls.Writer.WriteAsync(end, CancellationToken.None);
            return await end.Task;
        }

        public void Drop(KvLocation source)
        {
        }

        public void Sweep()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
