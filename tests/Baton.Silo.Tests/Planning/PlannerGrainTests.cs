using System.Collections.Concurrent;
using Baton.Contracts.Planning;
using Baton.Contracts.Workers;
using Baton.Core.Costs;
using Baton.Core.Engine;
using Baton.Core.Planning;
using Baton.Grains.Planning;
using Baton.Silo.Tests.Sessions;

namespace Baton.Silo.Tests.Planning;

public sealed class PlannerGrainTests
{
    // No tick comes by itself within a test.
    private static readonly PlannerSettings Still = new()
    {
        Options = new PlannerOptions { Interval = TimeSpan.FromHours(1), Max = new(8, 8) },
    };

    private readonly ConcurrentDictionary<string, FakeDriver> _drivers = new();

    [Fact]
    public async Task Scale_UpAndDown_TheDriverIsToldAndTheEmptiestDrains()
    {
        await using var cluster = await StartAsync(gateways: 1);

        Assert.Null(await cluster.Planner().Scale(prefill: 1, decode: 3));

        var leaving = Assert.Single(cluster.Workers, w => w.IsDraining);
        Assert.Equal(WorkerRole.Prefill, leaving.Role);
        var order = _drivers["Silo_0"].Latest!;
        Assert.Equal((0, 1), (order.Prefill!.Value, order.Decode!.Value));
        Assert.Equal([leaving.Id.Name], order.Leaving);
        var plan = cluster.View.Plan!;
        Assert.Equal((PlanMode.Manual, 1, 3), (plan.Mode, plan.Prefill, plan.Decode));
        Assert.Contains("drain", Assert.Single(plan.Decisions).Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scale_FromOnePhaseToTheOther_AWorkerIsConverted()
    {
        await using var cluster = await StartAsync(gateways: 1, converts: true);
        await AdoptAsync(cluster);

        Assert.Null(await cluster.Planner().Scale(prefill: 1, decode: 3));

        var converted = Assert.Single(cluster.Workers, w => w.IsDraining);
        Assert.Equal((WorkerRole.Prefill, WorkerRole.Decode), (converted.Role, converted.NextRole));
        var order = _drivers["Silo_0"].Latest!;
        Assert.Equal((1, 3), (order.Prefill!.Value, order.Decode!.Value));
        Assert.Equal([converted.Id.Name], order.Converting);
        Assert.Empty(order.Leaving);
        Assert.Contains("converts to decode", Assert.Single(cluster.View.Plan!.Decisions).Outcome, StringComparison.Ordinal);
        Assert.DoesNotContain("starts", cluster.View.Plan!.Decisions[0].Outcome.Split(':')[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scale_DriverDoesNotConvert_OneLeavesAndOneStarts()
    {
        await using var cluster = await StartAsync(gateways: 1);
        await AdoptAsync(cluster);

        await cluster.Planner().Scale(prefill: 1, decode: 3);

        Assert.Null(Assert.Single(cluster.Workers, w => w.IsDraining).NextRole);
        Assert.Empty(_drivers["Silo_0"].Latest!.Converting);
    }

    [Fact]
    public async Task Drain_OneThatConverts_LeavesForGood()
    {
        await using var cluster = await StartAsync(gateways: 1, converts: true);
        await AdoptAsync(cluster);
        await cluster.Planner().Scale(prefill: 1, decode: 3);
        var converted = Assert.Single(cluster.Workers, w => w.IsDraining);

        Assert.True(await cluster.Planner().Drain(converted.Id.Name));

        Assert.Null(converted.NextRole);
    }

    [Fact]
    public async Task Scale_TwiceAtOnce_NoSecondWorkerDrains()
    {
        await using var cluster = await StartAsync(gateways: 1);
        await Task.WhenAll(cluster.Planner().Scale(1, null), cluster.Planner().Scale(1, null));
        Assert.Single(cluster.Workers, w => w.IsDraining);
    }

    [Fact]
    public async Task Drain_WhileAnOperatorDecides_IsNotReplaced()
    {
        await using var cluster = await StartAsync(gateways: 1);
        await cluster.Planner().Scale(2, 2);

        var drained = cluster.Workers.First(w => w.Role == WorkerRole.Decode).Id.Name;
        Assert.True(await cluster.Planner().Drain(drained));
        await cluster.Planner().Tick();

        // By name, or the driver would choose one of its own to end.
        Assert.Equal([drained], _drivers["Silo_0"].Latest!.Leaving);
        Assert.Equal(1, cluster.View.Plan!.Decode);
        Assert.Single(cluster.Workers, w => w.IsDraining);
        Assert.False(await cluster.Planner().Drain("decode-nobody"));
    }

    [Fact]
    public async Task Scale_OneHasDiedAndItsSuccessorStarts_TheyCountOnce()
    {
        await using var cluster = await StartAsync(gateways: 1);
        var dead = cluster.Workers.First(w => w.Role == WorkerRole.Decode).Id.Name;
        _drivers["Silo_0"].Adopt([
            new OrderedWorker("decode-next", WorkerRole.Decode, OrderState.Starting, TimeProvider.System.GetUtcNow(), 1, "starts")
            {
                Replaces = dead,
            },
        ]);
        await cluster.Eventually(() => cluster.View.LiveGateways()[0].Ordered.Length == 1);

        await cluster.Planner().Scale(2, 2);

        Assert.Empty(_drivers["Silo_0"].Latest!.Leaving);
        Assert.Equal(1, _drivers["Silo_0"].Latest!.Decode);
    }

    [Fact]
    public async Task Look_QueuesOnEveryWorker_DecidesAtOnceAndNotBefore()
    {
        await using var cluster = await StartAsync(gateways: 1);
        await cluster.Planner().Look();
        Assert.Null(cluster.View.Plan);

        var queued = new EngineLoad { Running = 1, Waiting = 900, PrefillTokens = 1_000_000 };
        var prefill = cluster.View.Workers().Where(w => w.Role == WorkerRole.Prefill).ToList();

        // A number that the workers' own next reports do not reach.
        var profile = PublishedProfiles.Find("opt-13b")!;
        prefill.ForEach(w => cluster.View.Report(w with { Load = queued, Profile = profile, Sequence = w.Sequence + 1_000_000 }));
        await cluster.Planner().Look();

        Assert.Equal(prefill.Count + 1, cluster.View.Plan!.Decisions[0].Prefill.Desired);
    }

    [Fact]
    public async Task Tick_AnotherPlannerSpokeLater_GoesOnFromThere()
    {
        await using var cluster = await StartAsync(gateways: 1);
        await cluster.Planner().Scale(2, 2);
        var first = _drivers["Silo_0"].Latest!;
        var own = cluster.View.Plan!;
        var other = own with { By = own.By with { Name = "gateway-other" }, Sequence = own.Sequence + TimeSpan.TicksPerDay, Decode = 3 };
        cluster.View.Report(other);

        await cluster.Planner().Tick();

        var order = _drivers["Silo_0"].Latest!;
        Assert.Equal(1, order.Decode);
        Assert.True(order.Sequence > other.Sequence && other.Sequence > first.Sequence);
        Assert.Equal((3, own.By), (cluster.View.Plan!.Decode, cluster.View.Plan!.By));
        Assert.True(cluster.View.Plan!.Sequence > order.Sequence - 1);
    }

    [Fact]
    public async Task Kill_TheGatewayOfThePlanner_AnotherGoesOnFromThere()
    {
        await using var cluster = await StartAsync(gateways: 2);
        await cluster.Planner().Scale(2, 3);
        await cluster.Eventually(() => cluster.View.Plan is not null && cluster.ViewOf(1).Plan is not null);
        var leader = cluster.View.Plan!.By.Name == "gateway-Silo_0" ? 0 : 1;

        await cluster.KillGatewayAsync(leader);
        await cluster.Eventually(() => cluster.View.LiveGateways().Count == 1);
        await cluster.Planner().Tick();

        var order = _drivers[$"Silo_{1 - leader}"].Latest!;
        Assert.Equal((0, 1), (order.Prefill!.Value, order.Decode!.Value));
        var plan = cluster.View.Plan!;
        Assert.Equal((PlanMode.Manual, 2, 3), (plan.Mode, plan.Prefill, plan.Decode));
        Assert.Equal(2, plan.Decisions.Length);

        await cluster.Planner().Release();
        Assert.Equal(PlanMode.Advisory, cluster.View.Plan!.Mode);
    }

    [Fact]
    public async Task Scale_NothingCanStartWorkers_SaysSo()
    {
        await using var cluster = await SimulatedCluster.StartAsync(1, 1, planner: Still);
        Assert.Contains("--workers", await cluster.Planner().Scale(2, 2), StringComparison.Ordinal);
    }

    /// <summary>The workers as the driver's own.</summary>
    private async Task AdoptAsync(SimulatedCluster cluster)
    {
        _drivers["Silo_0"].Adopt(cluster.Workers.Select(
            w => new OrderedWorker(w.Id.Name, w.Role, OrderState.Running, DateTimeOffset.UnixEpoch, 1, "runs")));
        await cluster.Eventually(() => cluster.View.LiveGateways()[0].Ordered.Length == 4);
    }

    private async Task<SimulatedCluster> StartAsync(int gateways, bool converts = false)
    {
        var cluster = await SimulatedCluster.StartAsync(
            2,
            2,
            gateways: gateways,
            driver: silo => _drivers.GetOrAdd(silo, _ => new FakeDriver { CanConvert = converts }),
            planner: Still);
        await cluster.Eventually(() => cluster.View.LiveGateways().All(g => g.Driver is not null));
        return cluster;
    }
}
