using Baton.Grains.Gateways;
using Baton.Grains.Sessions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Baton.Silo.Nodes;

/// <summary>On a gateway: a silo that died takes its workers with it, and the sessions on them are told at once.</summary>
internal sealed class MembershipWatcher(
    IClusterMembershipService membership,
    ClusterView view,
    SessionTable sessions,
    ILogger<MembershipWatcher> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var dead = new HashSet<SiloAddress>();
        await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(stoppingToken))
        {
            foreach (var (address, member) in snapshot.Members)
            {
                if (member.Status == SiloStatus.Dead && dead.Add(address))
                {
                    SiloDied(address, member.Name);
                }
            }

            dead.IntersectWith(snapshot.Members.Keys);
        }
    }

    private void SiloDied(SiloAddress address, string name)
    {
        logger.SiloDied(name);
        foreach (var worker in view.SiloDied(address.ToParsableString()))
        {
            sessions.WorkerDied(worker);
        }
    }
}
