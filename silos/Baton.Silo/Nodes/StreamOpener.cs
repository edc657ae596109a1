using Baton.Contracts.Workers;
using Baton.Grains.Placement;
using Baton.Silo.Placement;
using Baton.Silo.Streams;
using Microsoft.Extensions.Hosting;

namespace Baton.Silo.Nodes;

/// <summary>
/// Opens the stream to each decode worker that joins before there is KV for it. The first event of a stream waits until
/// its consumer has been activated and has answered, in a process that has just started and maybe replaces one that died.
/// </summary>
internal sealed class StreamOpener(
    NodeOptions node,
    IClusterMembershipService membership,
    NodeRoles roles,
    KvStreamPublisher streams,
    TimeProvider time) : BackgroundService
{
    private readonly HashSet<SiloAddress> _opened = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (node.Workers.Count == 0)
        {
            return;
        }

        using var timer = new PeriodicTimer(node.ReportInterval, time);
        do
        {
            var members = membership.CurrentSnapshot.Members;
            _opened.IntersectWith(members.Keys);
            foreach (var (address, member) in members)
            {
                if (member.Status == SiloStatus.Active && Decodes(address) && _opened.Add(address))
                {
                    await streams.Publish(NodeName.Worker(WorkerRole.Decode, member.Name), [], stoppingToken);
                }
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private bool Decodes(SiloAddress silo) =>
        roles.Of(silo)?.Contains(NodeName.Role(WorkerRole.Decode)) == true;
}
