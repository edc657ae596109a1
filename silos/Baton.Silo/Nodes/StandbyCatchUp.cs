using Baton.Contracts.Gateways;
using Baton.Grains.Placement;
using Baton.Grains.Sessions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace Baton.Silo.Nodes;

/// <summary>
/// A gateway that joins is not ready before the others' sessions have copies: were one of them killed because this one
/// is ready, its sessions would be lost.
/// </summary>
public sealed class StandbyCatchUp(
    NodeOptions node,
    IClusterMembershipService membership,
    ISiloMetadataCache metadata,
    IGrainFactory grains,
    TimeProvider time,
    ILogger<StandbyCatchUp> logger) : BackgroundService
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(100);

    private volatile bool _done;

    public bool IsDone => _done;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (node.IsGateway)
        {
            var started = time.GetTimestamp();
            var covered = new HashSet<string>(StringComparer.Ordinal);
            while (!await AllCover(covered))
            {
                if (time.GetElapsedTime(started) > Limit)
                {
                    logger.NotCaughtUp(Limit.TotalSeconds);
                    break;
                }

                await Task.Delay(Retry, time, stoppingToken);
            }
        }

        _done = true;
    }

    private async Task<bool> AllCover(HashSet<string> covered)
    {
        var others = membership.CurrentSnapshot.Members
            .Where(m => m.Value.Status == SiloStatus.Active && m.Value.Name != node.Name)
            .Select(m => (m.Value.Name, Roles: Roles(m.Key)))
            .ToList();
        var left = others.Where(o => o.Roles?.Contains(NodeName.GatewayRole) == true && !covered.Contains(o.Name)).ToList();
        var answers = await Task.WhenAll(left.Select(o => Cover(NodeName.Gateway(o.Name))));
        covered.UnionWith(left.Zip(answers).Where(a => a.Second).Select(a => a.First.Name));
        return answers.All(a => a) && others.TrueForAll(o => o.Roles is not null);
    }

    /// <summary>Null while nobody knows.</summary>
    private string[]? Roles(SiloAddress silo) =>
        metadata.GetSiloMetadata(silo).Metadata.TryGetValue(NodeName.RolesKey, out var roles) ? roles.Split(',') : null;

    private async Task<bool> Cover(string gateway)
    {
        try
        {
            return await grains.GetGrain<IGatewayGrain>(gateway).Cover(NodeName.Gateway(node.Name));
        }
        catch (Exception e) when (Undelivered.Is(e))
        {
            return false;
        }
    }
}
