using System.Collections.Concurrent;
using Baton.Contracts.Sessions;
using Baton.Contracts.Workers;
using Baton.Core.Costs;
using Baton.Core.Engine;
using Baton.Silo.Workers;

namespace Baton.Silo.Tests.Sessions;

/// <summary>Calls to workers that are cut short as Orleans does it when another silo dies.</summary>
public sealed class LostCallTests
{
    private static readonly WorkerProfile Slow = SimulatedCluster.Profile with { PrefillConstant = 4, DecodeFloor = 2 };

    [Fact]
    public async Task Orders_AndReleasesAreLost_EveryRequestEndsAndEverythingIsFreed()
    {
        var calls = new LossyCalls();
        await using var cluster = await SimulatedCluster.StartAsync(
            2, 2, profile: Slow, sessions: o => o.ReleaseRetry = TimeSpan.FromMilliseconds(5), gatewayCalls: calls);
        var runs = Enumerable.Range(0, 40).Select(async i =>
        {
            var id = $"r{i}";
            var events = cluster.RunAsync(id, SimulatedCluster.Request(i, promptTokens: 60, maxTokens: 20));
            if (i % 4 == 0)
                await cluster.Session(id).Cancel();
            return await events;
        });

        var all = await Task.WhenAll(runs);

        Assert.Equal(30, all.Where((_, i) => i % 4 != 0).Count(events => events.Count(e => e.Kind == SessionEventKind.Token) == 20));
        await cluster.AllReleased();
        Assert.True(calls.Lost > 40, $"{calls.Lost} calls were lost");
    }

    [Fact]
    public async Task Releases_AreAllLost_WorkersAskWhatIsStillWanted()
    {
        var calls = new CallsWithoutReleases();
        await using var cluster = await SimulatedCluster.StartAsync(
            2, 2, profile: Slow, gatewayCalls: calls,
            worker: new WorkerOptions { AuditInterval = TimeSpan.FromMilliseconds(50) });
        var runs = Enumerable.Range(0, 40).Select(async i =>
        {
            var started = await cluster.Session($"r{i}").Start(SimulatedCluster.Request(i, promptTokens: 60, maxTokens: 20));
            Assert.True(started.Accepted, started.Message);
            Assert.True(await cluster.Session($"r{i}").Cancel());
        });
        await Task.WhenAll(runs);

        await cluster.AllReleased();
        Assert.True(calls.Lost > 0, "no release was lost");
        Assert.Equal(20, (await cluster.RunAsync("after", SimulatedCluster.Request(41, promptTokens: 60, maxTokens: 20)))
            .Count(e => e.Kind == SessionEventKind.Token));
    }

    /// <summary>Takes releases for delivered, and delivers none.</summary>
    private sealed class CallsWithoutReleases : IOutgoingGrainCallFilter
    {
        private int _lost;

        public int Lost => _lost;

        public Task Invoke(IOutgoingGrainCallContext context)
        {
            if (context.MethodName != nameof(IDecodeGrain.Release))
                return context.Invoke();
            Interlocked.Increment(ref _lost);
            return Task.CompletedTask;
        }
    }

    /// <summary>
    /// Loses the first two releases of each sequence at each worker, and some orders of the first two attempts, before
    /// or after they come.
    /// </summary>
    private sealed class LossyCalls : IOutgoingGrainCallFilter
    {
        private readonly ConcurrentDictionary<(GrainId, SequenceKey), int> _releases = [];
        private int _orders;
        private int _lost;

        public int Lost => _lost;

        public async Task Invoke(IOutgoingGrainCallContext context)
        {
            if (!IsLost(context, out var comes))
            {
                await context.Invoke();
                return;
            }

            Interlocked.Increment(ref _lost);
            if (comes)
                await context.Invoke();
            throw new OperationCanceledException("The lookup was cancelled.");
        }

        private bool IsLost(IOutgoingGrainCallContext context, out bool comes)
        {
            comes = false;
            switch (context.MethodName)
            {
                case nameof(IDecodeGrain.Release):
                    var key = (context.TargetId, (SequenceKey)context.Request.GetArgument(0)!);
                    return _releases.AddOrUpdate(key, 1, (_, n) => n + 1) <= 2;
                case nameof(IDecodeGrain.Reserve) or nameof(IPrefillGrain.Prefill):
                    var order = Interlocked.Increment(ref _orders);
                    comes = order % 2 == 0;
                    return order % 11 is 0 or 5 && ((WorkOrder)context.Request.GetArgument(0)!).Sequence.Key.Epoch <= 2;
                default:
                    return false;
            }
        }
    }
}
