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
        var ended = new HashSet<SiloAddress>();
        var dead = new HashSet<SiloAddress>();
        await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(stoppingToken))
        {
            foreach (var (address, member) in snapshot.Members)
            {
                var isDead = member.Status == SiloStatus.Dead;
                if ((isDead || HasSuccessor(snapshot, member)) && ended.Add(address))
                {
                    WorkEnded(address, member.Name);
                }

                if (isDead && dead.Add(address))
                {
                    SiloDied(address, member.Name);
                }
            }

            ended.IntersectWith(snapshot.Members.Keys);
            dead.IntersectWith(snapshot.Members.Keys);
        }
    }

    // Names of live silos are unique: one that comes again has died, whether it has been declared dead yet or not.
    private static bool HasSuccessor(ClusterMembershipSnapshot snapshot, ClusterMember member) =>
        snapshot.Members.Values.Any(m => m.Name == member.Name && m.Status != SiloStatus.Dead
            && m.SiloAddress.Generation > member.SiloAddress.Generation);

    private void SiloDied(SiloAddress address, string name)
    {
        logger.SiloDied(name);
        view.SiloDied(address.ToParsableString());
        adoption.AdoptAll(address.ToParsableString()).Ignore();
    }

    private void WorkEnded(SiloAddress address, string name)
    {
        // By name, not by what the view knew last: that may be the life after this one.
        foreach (var role in Enum.GetValues<WorkerRole>())
        {
            var gone = new WorkerId(NodeName.Worker(role, name), address.Generation);
            sessions.WorkerDied(gone);
            foreach (var worker in workers.All)
            {
                worker.PeerGone(gone);
            }
        }

        foreach (var worker in workers.All)
        {
            worker.GatewayGone(new GatewayId(NodeName.Gateway(name), address.Generation));
        }
    }
}
