using System.Net;
using System.Runtime.CompilerServices;
using Baton.Contracts.Planning;
using Baton.Contracts.Sessions;
using Baton.Contracts.Workers;
using Baton.Core.Costs;
using Baton.Core.Engine;
using Baton.Core.Routing;
using Baton.Core.Sampling;
using Baton.Core.Scheduling;
using Baton.Core.Text;
using Baton.Engine.Simulated;
using Baton.Grains.Gateways;
using Baton.Grains.Planning;
using Baton.Grains.Sessions;
using Baton.Silo.Engines;
using Baton.Silo.Handoff;
using Baton.Silo.Nodes;
using Baton.Silo.Workers;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace Baton.Silo.Tests.Sessions;

/// <summary>
/// A real cluster in this process: gateways, prefill workers and decode workers on silos of their own, with engines
/// that keep real books and bytes but need no model.
/// </summary>
public sealed class SimulatedCluster : IAsyncDisposable
{
    /// <summary>Takes no time and little memory.</summary>
    public static readonly WorkerProfile Profile = PublishedProfiles.Instant with { KvBytesPerToken = 64 };

    private const int Vocabulary = 500;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly ModelInfo Model = new("simulated", 4096, Vocabulary, 0);

    private readonly InProcessTestCluster _cluster;

    private SimulatedCluster(InProcessTestCluster cluster) => _cluster = cluster;

    public SessionTable Table => TableOf(0);

    public ClusterView View => Gateway.GetRequiredService<ClusterView>();

    /// <summary>Every worker object of the cluster.</summary>
    public IEnumerable<Worker> Workers =>
        _cluster.Silos.SelectMany(s => s.ServiceProvider.GetRequiredService<WorkerRegistry>().All);

    private IServiceProvider Gateway => _cluster.Silos[0].ServiceProvider;

    public SessionTable TableOf(int gateway) =>
        _cluster.Silos[gateway].ServiceProvider.GetRequiredService<SessionTable>();

    public string SiloOf(int gateway) => _cluster.Silos[gateway].SiloAddress.ToParsableString();

    /// <summary>The first gateway's ended sessions.</summary>
    public EndedSessions Ended => _cluster.Silos[0].ServiceProvider.GetRequiredService<EndedSessions>();

    /// <summary>Whether any gateway has an activation of the session.</summary>
    public bool HasActivation(string session) => _cluster.Silos
        .Select(s => s.ServiceProvider.GetRequiredService<SessionPlaces>().Find(Session(session).GetGrainId()))
        .Any(a => a is not null);

    public SessionVault VaultOf(int gateway) =>
        _cluster.Silos[gateway].ServiceProvider.GetRequiredService<SessionVault>();

    /// <summary>Starts a cluster of gateways, by default one, and the given workers, and waits until routing sees them.</summary>
    public static async Task<SimulatedCluster> StartAsync(
        int prefill,
        int decode,
        DisaggregationMode mode = DisaggregationMode.Always,
        int kvBlocks = 512,
        WorkerProfile? profile = null,
        Action<SessionOptions>? sessions = null,
        IOutgoingGrainCallFilter? gatewayCalls = null,
        IOutgoingGrainCallFilter? workerCalls = null,
        int gateways = 1,
        Func<string, IScaleDriver>? driver = null,
        PlannerSettings? planner = null,
        WorkerOptions? worker = null)
    {
        var secret = Guid.NewGuid().ToString("N");
        var builder = new InProcessTestClusterBuilder((short)(gateways + prefill + decode));
        builder.ConfigureSilo((options, silo) =>
        {
            var number = int.Parse(options.SiloName.Split('_')[1], System.Globalization.CultureInfo.InvariantCulture);
            var isGateway = number < gateways || number >= gateways + prefill + decode;
            WorkerRole[] roles = isGateway ? []
                : number < gateways + prefill ? [WorkerRole.Prefill]
                : [WorkerRole.Decode];
            var node = new NodeOptions
            {
                Name = options.SiloName,
                IsGateway = isGateway,
                Workers = roles,
                Device = "simulated",
                HostId = "here",
                ClusterSecret = secret,
                Address = IPAddress.Loopback,
                ReportInterval = TimeSpan.FromMilliseconds(20),
            };
            silo.AddBatonNode(node, roles.Length == 0 ? null : Engines(secret, kvBlocks, profile), KvPlaneMode.Auto);
            silo.Services.AddBatonReporting();
            silo.Services.AddSingleton(planner ?? new PlannerSettings());
            silo.Services.AddSingleton(worker ?? new WorkerOptions());
            if (isGateway && driver is not null)
            {
                silo.Services.AddSingleton(driver(options.SiloName));
            }

            if ((isGateway ? gatewayCalls : workerCalls) is { } calls)
            {
                silo.AddOutgoingGrainCallFilter(calls);
            }

            silo.Services.AddSingleton<ITokenizer, NumberTokenizer>();
            silo.Services.AddSingleton<IGatewayIdentity>(new TestGateway($"gateway-{options.SiloName}", Model.Id));
            silo.Services.Configure<SessionOptions>(o =>
            {
                o.Disaggregate = mode;
                sessions?.Invoke(o);
            });
        });
        var cluster = new SimulatedCluster(builder.Build());
        await cluster._cluster.DeployAsync();
        await cluster.Eventually(() => cluster._cluster.Silos.Take(gateways)
            .Select(s => s.ServiceProvider.GetRequiredService<ClusterView>())
            .All(v => v.Workers().Count(w => w.State == WorkerState.Ready) == prefill + decode
                && v.LiveGateways().Count == gateways));
        return cluster;
    }

    /// <summary>A session, as called from a gateway.</summary>
    public ISessionGrain Session(string id, int gateway = 0) =>
        _cluster.Silos[gateway].ServiceProvider.GetRequiredService<IGrainFactory>().GetGrain<ISessionGrain>(id);

    public static GenerationRequest Request(int seed, int promptTokens, int maxTokens, int choices = 1) => new()
    {
        Choices = [.. Enumerable.Range(0, choices).Select(c => new ChoiceRequest
        {
            Prompt = [.. Enumerable.Range(0, promptTokens).Select(i => (seed * 31 + i * 7) % Vocabulary)],
            Sampling = new SamplingOptions { Seed = (ulong)(seed * 100 + c) },
        })],
        Stop = new StopRules { MaxTokens = maxTokens },
    };

    /// <summary>Starts a request and reads it to its end.</summary>
    public async Task<List<SessionEvent>> RunAsync(string id, GenerationRequest request)
    {
        var session = Session(id);
        var started = await session.Start(request);
        Assert.True(started.Accepted, started.Message);
        return await ReadAsync(session, 0).WaitAsync(Patience);
    }

    /// <summary>As the edge does: until the cluster knows of a death, calls to the dead gateway fail.</summary>
    public static async Task<T> UntilDeliveredAsync<T>(Func<Task<T>> call)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            try
            {
                return await call();
            }
            catch (Exception e) when (Undelivered.Is(e))
            {
                await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            }
        }
    }

    public static async Task<List<SessionEvent>> ReadAsync(ISessionGrain session, int from)
    {
        var events = new List<SessionEvent>();
        await foreach (var entry in session.Read(from))
        {
            events.Add(entry);
        }

        return events;
    }

    /// <summary>Waits until every engine is empty and holds no block.</summary>
    public Task AllReleased([CallerMemberName] string what = "") => Eventually(
        () => Workers.Where(w => !w.EngineEnded.IsCompleted).All(w => w is { IsIdle: true, Load.BlocksUsed: 0 }), what);

    /// <summary>Waits for a condition that nothing announces.</summary>
    public async Task Eventually(Func<bool> condition, [CallerMemberName] string what = "")
    {
        using var timeout = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            try
            {
                await timer.WaitForNextTickAsync(timeout.Token);
            }
            catch (OperationCanceledException)
            {
                var loads = string.Join('\n', Workers.Select(w => $"{w.Id}: {w.Load}"));
                throw new TimeoutException($"{what} did not come about:\n{loads}");
            }
        }
    }

    /// <summary>The planner, as called from a gateway.</summary>
    public IPlannerGrain Planner(int gateway = 0) =>
        _cluster.Silos[gateway].ServiceProvider.GetRequiredService<IGrainFactory>().GetGrain<IPlannerGrain>(IPlannerGrain.Key);

    public ClusterView ViewOf(int gateway) => _cluster.Silos[gateway].ServiceProvider.GetRequiredService<ClusterView>();

    /// <summary>Starts another gateway; its number.</summary>
    public async Task<int> JoinGatewayAsync()
    {
        await _cluster.StartAdditionalSiloAsync();
        return _cluster.Silos.Count - 1;
    }

    /// <summary>Whether a gateway is ready, as far as the others' sessions go.</summary>
    public bool HasCaughtUp(int gateway) =>
        _cluster.Silos[gateway].ServiceProvider.GetRequiredService<StandbyCatchUp>().IsDone;

    public SessionCopies CopiesOf(int gateway) =>
        _cluster.Silos[gateway].ServiceProvider.GetRequiredService<SessionCopies>();

    /// <summary>Ends a gateway's silo as a shutdown does; those behind it move up.</summary>
    public Task StopGatewayAsync(int gateway) => _cluster.StopSiloAsync(_cluster.Silos[gateway]);

    /// <summary>Ends a gateway's silo as a crash does; those behind it move up.</summary>
    public Task KillGatewayAsync(int gateway) => _cluster.KillSiloAsync(_cluster.Silos[gateway]);

    /// <summary>Ends a worker's silo as a crash does.</summary>
    public Task KillAsync(string worker) => _cluster.KillSiloAsync(
        _cluster.Silos.Single(s => worker.EndsWith($"-{s.Name}", StringComparison.Ordinal)));

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    private static Task<IEngineSource> Engines(string secret, int kvBlocks, WorkerProfile? profile) =>
        Task.FromResult<IEngineSource>(new SimulatedEngineSource(
            Model,
            new SimulationOptions { Profile = profile ?? Profile },
            new EngineSettings
            {
                KvBlocks = kvBlocks,
                ClusterSecret = secret,
                Scheduling = new SchedulerOptions { StepTokenBudget = 64, MaxSequences = 16 },
            }));

    private sealed record TestGateway(string Name, string Model) : IGatewayIdentity
    {
        public bool IsDraining => false;
    }
}
