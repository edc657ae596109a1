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

    // Probes are as far apart as answers of late suggest: about half a probe's time where they come at once, so that a crash
    // is known in about a second, and up to the longest where the machine is busy, so that it is not taken for a dead one.
    private static void DetectQuickly(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = TimeSpan.FromMilliseconds(750);
        options.MaxProbeTimeout = TimeSpan.FromSeconds(2);
        options.NumMissedProbesLimit = 3;
        options.NumVotesForDeathDeclaration = 2;
        options.TableRefreshTimeout = TimeSpan.FromSeconds(5);
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
    }
}
