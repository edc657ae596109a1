using System.Net;
using Baton.Grains.Gateways;
using Baton.Grains.Placement;
using Baton.Grains.Planning;
using Baton.Grains.Sessions;
using Baton.Grains.Workers;
using Baton.Silo.Engines;
using Baton.Silo.Handoff;
using Baton.Silo.Memory;
using Baton.Silo.Placement;
using Baton.Silo.Streams;
using Baton.Silo.Workers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Orleans.Runtime.Hosting;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace Baton.Silo.Nodes;

/// <summary>Makes a silo a node of Baton.</summary>
public static class NodeExtensions
{
    /// <summary>Adds placement, KV streams and, where the node has any, workers and their byte channel.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="node">What the node is.</param>
    /// <param name="engines">Its engines' source, maybe still loading; null where there is no worker.</param>
    /// <param name="plane">How KV bytes may come here.</param>
    public static ISiloBuilder AddBatonNode(
        this ISiloBuilder silo, NodeOptions node, Task<IEngineSource>? engines, KvPlaneMode plane)
    {
        silo.UseSiloMetadata(new Dictionary<string, string>
        {
            [NodeName.RolesKey] = string.Join(',', node.Roles),
            [NodeName.HostKey] = node.HostId,
            [NodeName.DeviceKey] = node.Device,
        });
        silo.AddGrainDirectory(
            SessionGrain.DirectoryName, (sp, _) => ActivatorUtilities.CreateInstance<SessionDirectory>(sp));
        silo.AddNodePlacement();
        silo.AddKvStreams();

        var services = silo.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(node);
        services.AddSingleton<WorkerRegistry>();
        services.AddSingleton<IWorkerRegistry>(sp => sp.GetRequiredService<WorkerRegistry>());
        services.TryAddSingleton<WorkerOptions>();
        services.TryAddSingleton<PlannerSettings>();
        services.AddSingleton<SessionTable>();
        services.AddSingleton<ClusterView>();
        services.AddSingleton<SessionPacker>();
        services.AddSingleton<SessionVault>();
        services.AddSingleton<SessionPlaces>();
        services.AddSingleton<EndedSessions>();
        services.AddSingleton<SessionAdmission>();
        services.AddSingleton(sp => ActivatorUtilities.CreateInstance<SessionCopies>(sp, NodeName.Gateway(node.Name)));
        services.AddSingleton(sp => ActivatorUtilities.CreateInstance<SessionAdoption>(sp, NodeName.Gateway(node.Name)));
        if (engines is not null)
        {
            services.AddHandoff(node, plane);
            services.AddSingleton(sp => ActivatorUtilities.CreateInstance<WorkerStarter>(sp, engines));
            services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(sp => sp.GetRequiredService<WorkerStarter>());
        }

        return silo;
    }

    /// <summary>Adds the reports to gateways; call it after the silo, so that they begin when it is active.</summary>
    public static IServiceCollection AddBatonReporting(this IServiceCollection services)
    {
        services.AddSingleton<NodeReporter>();
        services.AddHostedService(sp => sp.GetRequiredService<NodeReporter>());
        services.AddHostedService<MembershipWatcher>();
        services.AddHostedService<SessionCopier>();
        services.AddHostedService<SilenceWatch>();
        services.AddHostedService<StreamOpener>();
        services.AddHostedService<PlannerClock>();
        services.AddSingleton<StandbyCatchUp>();
        services.AddHostedService(sp => sp.GetRequiredService<StandbyCatchUp>());
        return services;
    }

    private static void AddHandoff(this IServiceCollection services, NodeOptions node, KvPlaneMode plane)
    {
        services.TryAddSingleton(new KvMemoryOptions());
        services.AddSingleton<KvLeaseTable>();
        services.AddSingleton(sp => new KvPlanes(
            new KvPlaneOptions { Mode = plane, HostId = node.HostId, ClusterSecret = node.ClusterSecret },
            sp.GetRequiredService<TimeProvider>()));
        services.AddSingleton(sp => KvServer.Start(
            new KvServerOptions
            {
                ClusterSecret = node.ClusterSecret,
                Listen = new IPEndPoint(node.Address, 0),
                SocketPath = plane == KvPlaneMode.Uds ? SocketPath(node) : "",
            },
            sp.GetRequiredService<KvLeaseTable>(),
            sp.GetRequiredService<TimeProvider>(),
            sp.GetRequiredService<ILogger<KvServer>>()));
    }

    private static string SocketPath(NodeOptions node) =>
        Path.Combine(Path.GetTempPath(), $"baton-{node.Name}-{Environment.ProcessId}.sock");
}
