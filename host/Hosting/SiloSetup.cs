using System.Net;
using Baton.Silo.Nodes;
using Orleans.Configuration;

namespace Baton.Host.Hosting;

/// <summary>The silo's clustering, endpoints and failure detection.</summary>
internal static class SiloSetup
{
    private const string ServiceId = "baton";

    public static void Configure(ISiloBuilder silo, HostPlan plan)
    {
        if (plan.Settings.Cluster.Redis is { } redis)
        {
            silo.UseRedisClustering(redis);
            silo.ConfigureEndpoints(plan.Node.Address, plan.SiloPort, plan.GatewayPort, listenOnAnyHostAddress: false);
        }
        else
        {
            var primary = plan.Settings.Cluster.Primary is { } given ? IPEndPoint.Parse(given) : null;
            silo.UseLocalhostClustering(plan.SiloPort, plan.GatewayPort, primary);
        }

        silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (plan.Settings.ClusterId, ServiceId));
        silo.Configure<SiloOptions>(o => o.SiloName = plan.Node.Name);
        silo.Configure<ClusterMembershipOptions>(DetectQuickly);
        if (Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is not null
            && Environment.GetEnvironmentVariable("POD_NAME") is not null)
        {
            silo.UseKubernetesHosting();
        }

        silo.AddBatonNode(plan.Node, plan.Engines, plan.DataPlane);
    }

    // A crash closes its sockets and is known in about a second, a hang in about three. Less would take a machine that
    // is merely busy for a dead one.
    private static void DetectQuickly(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = TimeSpan.FromMilliseconds(750);
        options.MaxProbeTimeout = TimeSpan.FromMilliseconds(750);
        options.NumMissedProbesLimit = 3;
        options.NumVotesForDeathDeclaration = 2;
        options.TableRefreshTimeout = TimeSpan.FromSeconds(5);
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
    }
}
