using System.Net;
using System.Security.Cryptography;
using Baton.Contracts.Workers;
using Baton.Grains.Placement;
using Baton.Host.Options;
using Baton.Silo.Engines;
using Baton.Silo.Handoff;
using Baton.Silo.Nodes;

namespace Baton.Host.Hosting;

/// <summary>Everything that is decided before anything starts: folders, ports, names; and the model, which loads.</summary>
internal sealed record HostPlan : IAsyncDisposable
{
    private static readonly string SharedMemoryFolder = "/dev/shm";

    public required HostSettings Settings { get; init; }

    public required NodeOptions Node { get; init; }

    public required string ModelFolder { get; init; }

    public required int SiloPort { get; init; }

    /// <summary>Of the Orleans gateway; 0 on workers, which have none.</summary>
    public required int GatewayPort { get; init; }

    public required LocalCluster Cluster { get; init; }

    /// <summary>How KV bytes come here.</summary>
    public KvPlaneMode DataPlane => Settings.DataPlane;

    /// <summary>Loads on a thread of its own while the silo starts; null where there is no worker.</summary>
    public required Task<IEngineSource>? Engines { get; init; }

    /// <exception cref="StartupException">The settings cannot be met on this machine.</exception>
    public static HostPlan Make(HostSettings settings)
    {
        if (settings.IsGateway || settings.HasUrls)
        {
            Ports.CheckUrls(settings.Urls);
        }

        if (settings.LocalWorkers is { Prefill: 0 } or { Decode: 0 })
        {
            throw new StartupException("--workers: a local cluster needs at least one worker of each phase");
        }

        var folder = Hosting.ModelFolder.Find(settings.Model);
        var address = Address(settings.Cluster);
        settings = settings with { Model = folder, ClusterSecret = Secret(settings, address) };
        var siloPort = Ports.Resolve(settings.SiloPort, "silo-port");
        return new HostPlan
        {
            Settings = settings,
            Node = MakeNode(settings, address),
            ModelFolder = folder,
            SiloPort = siloPort,
            GatewayPort = settings.IsGateway ? Ports.Resolve(settings.GatewayPort, "gateway-port") : 0,
            Cluster = new LocalCluster(settings.Cluster.Redis is { } redis
                ? $"redis={redis}"
                : $"localhost={settings.Cluster.Primary ?? $"{address}:{siloPort}"}"),
            Engines = settings.Workers.Count == 0 ? null : Task.Run(() => EngineSources.Load(settings, folder)),
        };
    }

    /// <summary>
    /// The process's next life in another role: a silo of its own with a name of its own, and the engines' source, which is
    /// what takes long to load, as it is.
    /// </summary>
    public HostPlan Converted(WorkerRole role) => this with
    {
        Settings = Settings with { Workers = [role] },
        Node = Node with { Workers = [role], Name = NodeName.NextLife(Node.Name) },
        SiloPort = Ports.Resolve(Settings.SiloPort, "silo-port"),
    };

    /// <summary>After the last life: all of them share what it ends.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Engines is { IsCompletedSuccessfully: true } engines)
        {
            await (await engines).DisposeAsync();
        }
    }

    private static NodeOptions MakeNode(HostSettings settings, IPAddress address) => new()
    {
        Name = settings.Node ?? Environment.GetEnvironmentVariable("POD_NAME") ?? FreshName(settings),
        IsGateway = settings.IsGateway,
        Workers = settings.Workers,
        Device = settings.Engine == EngineKind.Simulated ? "simulated" : settings.Device,
        HostId = HostIdentity.Read(SharedMemoryFolder),
        ClusterSecret = settings.ClusterSecret,
        Address = address,
        Url = settings.Urls.Split(';')[0],
        ParentProcess = settings.Parent,
    };

    // The one process that others join needs no name to tell it from another; all others do.
    private static string FreshName(HostSettings settings) => settings.Cluster is { Redis: null, Primary: null }
        ? "0"
        : RandomNumberGenerator.GetHexString(6, lowercase: true);

    // A cluster of one machine needs no configured secret: its first process makes one and hands it to its children.
    private static string Secret(HostSettings settings, IPAddress address) => settings switch
    {
        { ClusterSecret.Length: > 0 } => settings.ClusterSecret,
        { Cluster: { Redis: null, Primary: null } } => RandomNumberGenerator.GetHexString(32, lowercase: true),
        _ when IPAddress.IsLoopback(address) => settings.ClusterId,
        _ => throw new StartupException("a cluster of several hosts needs a secret: set BATON_CLUSTER_SECRET on all of them"),
    };

    private static IPAddress Address(ClusterSetting cluster)
    {
        if (IPAddress.TryParse(Environment.GetEnvironmentVariable("POD_IP"), out var pod))
        {
            return pod;
        }

        var host = cluster.Redis?[..cluster.Redis.LastIndexOf(':')];
        return host is null or "localhost" or "127.0.0.1" or "[::1]"
            ? IPAddress.Loopback
            : Dns.GetHostAddresses(Dns.GetHostName())
                .FirstOrDefault(a => a.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork)
                ?? IPAddress.Loopback;
    }
}
