using Baton.Contracts.Gateways;
using Baton.Contracts.Workers;
using Baton.Core.Costs;

namespace Baton.Silo.Tests.Sessions;

/// <summary>A worker that nothing is heard of, though its silo lives: its sequences do not wait for it.</summary>
public sealed class SilentWorkerTests
{
    private static readonly WorkerProfile Slow = SimulatedCluster.Profile with { PrefillConstant = 2, DecodeFloor = 4 };

    [Fact]
    public async Task Silent_WhileItDecodes_AnotherGoesOnAndWhatItSaysLaterIsRefused()
    {
        var calls = new CutOff();
        await using var cluster = await SimulatedCluster.StartAsync(1, 2, profile: Slow, workerCalls: calls);
        var requests = Enumerable.Range(0, 8).Select(i => SimulatedCluster.Request(i, 40, maxTokens: 300)).ToList();
        var undisturbed = await Task.WhenAll(requests.Select((r, i) => cluster.RunAsync($"u{i}", r)));
        var running = requests.Select((r, i) => cluster.RunAsync($"r{i}", r)).ToList();
        // Which one has more is left to the router, to which the reports of the undisturbed run may still be the latest.
        await cluster.Eventually(() => cluster.Workers.Any(w => w.Role == WorkerRole.Decode && w.Load.Running > 1));
        var silent = cluster.Workers.Where(w => w.Role == WorkerRole.Decode).MaxBy(w => w.Load.Running)!;

        calls.Silence(silent.Id.Name);
        var got = await Task.WhenAll(running);
        calls.End();

        for (var i = 0; i < requests.Count; i++)
        {
            Assert.Equal(undisturbed[i].Select(e => (e.Index, e.Token)), got[i].Select(e => (e.Index, e.Token)));
        }

        Assert.NotEqual(0, cluster.Table.Recomputes);
        await cluster.AllReleased();
    }

    /// <summary>Holds back what one worker says to gateways, until it is heard again.</summary>
    private sealed class CutOff : IOutgoingGrainCallFilter
    {
        private readonly TaskCompletionSource _heardAgain = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile string? _silent;

        public void Silence(string worker) => _silent = worker;

        public void End() => _heardAgain.SetResult();

        public async Task Invoke(IOutgoingGrainCallContext context)
        {
            if (_silent is { } silent && Speaker(context) == silent)
            {
                await _heardAgain.Task;
            }

            await context.Invoke();
        }

        private static string? Speaker(IOutgoingGrainCallContext context) =>
            context.InterfaceMethod.DeclaringType != typeof(IGatewayGrain) || context.Request.GetArgumentCount() == 0 ? null
            : context.Request.GetArgument(0) switch
            {
                WorkerStatus status => status.Id.Name,
                TokenBatch batch => batch.Worker.Name,
                _ => null,
            };
    }
}
