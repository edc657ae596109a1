using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Baton.Contracts.Workers;
using Baton.Core.Costs;
using Baton.Core.Engine;
using Baton.Engine.Simulated;
using Baton.Silo.Engines;
using Baton.Silo.Handoff;
using Baton.Silo.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Baton.Silo.Tests.Workers;

/// <summary>Whatever fails while workers start or end, no engine is left running when what the engines share is freed.</summary>
public sealed class WorkerStarterTests
{
    [Fact]
    public async Task Stop_OneEngineCannotBeEndedWell_TheOthersEndAndMemoryGoesAfterItsEngine()
    {
        var source = new SpySource { ThrowsAtItsEnd = WorkerRole.Prefill };
        using (var host = Node(source))
        {
            await host.StartAsync(TestContext.Current.CancellationToken);
            Assert.Equal(2, source.Engines.Count);
            await Record.ExceptionAsync(() => host.StopAsync(TestContext.Current.CancellationToken));
        }

        Assert.All(source.Engines, e => Assert.True(e.Completion.IsCompleted));
        Assert.Equal(2, source.Freed.Count);
        Assert.All(source.Freed, afterItsEngine => Assert.True(afterItsEngine));
    }

    [Fact]
    public async Task Start_TheSecondWorkerCannotBeMade_TheFirstEnds()
    {
        var source = new SpySource { ThrowsWhenMade = WorkerRole.Decode };
        using (var host = Node(source))
            Assert.NotNull(await Record.ExceptionAsync(() => host.StartAsync(TestContext.Current.CancellationToken)));

        await Assert.Single(source.Engines).Completion.WaitAsync(TestContext.Current.CancellationToken);
        Assert.True(Assert.Single(source.Freed));
    }

    [Fact]
    public async Task Start_SomethingElseCannotStart_TheEnginesEnd()
    {
        var source = new SpySource();
        using (var host = Node(source, services => services.AddHostedService<NoStart>()))
            Assert.NotNull(await Record.ExceptionAsync(() => host.StartAsync(TestContext.Current.CancellationToken)));

        Assert.Equal(2, source.Engines.Count);
        Assert.All(source.Engines, e => Assert.True(e.Completion.IsCompleted));
        Assert.Equal([true, true], source.Freed);
    }

    // As a process is: a host that is disposed, and stopped only if it had started.
    private static IHost Node(IEngineSource source, Action<IServiceCollection>? services = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.UseOrleans(silo =>
        {
            var node = new NodeOptions
            {
                Name = "node",
                IsGateway = false,
                Workers = [WorkerRole.Prefill, WorkerRole.Decode],
                Device = "simulated",
                HostId = "here",
                ClusterSecret = "test",
                Address = IPAddress.Loopback,
            };
            silo.UseLocalhostClustering(FreePort(), gatewayPort: 0);
            silo.AddBatonNode(node, Task.FromResult(source), KvPlaneMode.Auto);
        });
        services?.Invoke(builder.Services);
        return builder.Build();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class NoStart : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("the port is taken");

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class SpySource : IEngineSource
    {
        private readonly SimulatedEngineSource _source = new(
            new ModelInfo("simulated", 4096, 500, 0),
            new SimulationOptions { Profile = PublishedProfiles.Instant with { KvBytesPerToken = 64 } },
            new EngineSettings { KvBlocks = 64, ClusterSecret = "test" });

        public WorkerRole? ThrowsWhenMade { get; init; }

        public WorkerRole? ThrowsAtItsEnd { get; init; }

        public List<IEngine> Engines { get; } = [];

        /// <summary>Of each pool that was freed: whether its engine's thread had ended.</summary>
        public ConcurrentBag<bool> Freed { get; } = [];

        public ModelInfo Model => _source.Model;

        public EngineParts Create(WorkerRole role, Func<long, IKvMemory> memory)
        {
            if (role == ThrowsWhenMade)
                throw new InvalidOperationException("no more memory");
            var parts = _source.Create(role, memory);
            Engines.Add(parts.Engine);
            var engine = role == ThrowsAtItsEnd ? new BadlyEndingEngine(parts.Engine) : parts.Engine;
            return new EngineParts(engine, new SpyMemory(parts.Memory, () => Freed.Add(parts.Engine.Completion.IsCompleted)));
        }

        public ValueTask DisposeAsync() => _source.DisposeAsync();
    }
}
