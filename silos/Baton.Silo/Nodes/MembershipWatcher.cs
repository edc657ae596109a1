using Baton.Contracts;
using Baton.Contracts.Workers;
using Baton.Grains.Gateways;
using Baton.Grains.Placement;
using Baton.Grains.Sessions;
using Baton.Silo.Workers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Baton.Silo.Nodes;

/// <summary>
/// A silo that died takes its workers with it: the sessions on them are told at once, and so are the workers here that
/// wait for KV from them.
/// </summary>
internal sealed class MembershipWatcher(
    IClusterMembershipService membership,
    ClusterView view,
    SessionTable sessions,
    SessionAdoption adoption,
    WorkerRegistry workers,
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

        adoption.AdoptAll(address.ToParsableString()).Ignore();

        foreach (var worker in workers.All)
        {
            worker.PeerGone(new WorkerId(NodeName.Worker(WorkerRole.Prefill, name), address.Generation));
            worker.PeerGone(new WorkerId(NodeName.Worker(WorkerRole.Decode, name), address.Generation));
            worker.GatewayGone(NodeName.Gateway(name));
        }
    }
}
