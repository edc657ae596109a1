using Baton.Contracts.Gateways;
using Baton.Grains.Placement;
using Baton.Grains.Sessions;
using Baton.Silo.Placement;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Baton.Silo.Nodes;

/// <summary>
/// A gateway that joins is not ready before the others' sessions have copies: were one of them killed because this one
/// is ready, its sessions would be lost.
/// </summary>
public sealed class StandbyCatchUp(
    NodeOptions node,
    NodeRoles roles,
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
        var areAllKnown = roles.AreAllKnown();
        var left = roles.Gateways().Where(g => g != NodeName.Gateway(node.Name) && !covered.Contains(g)).ToList();
        var answers = await Task.WhenAll(left.Select(Cover));
        covered.UnionWith(left.Where((_, i) => answers[i]));
        return areAllKnown && answers.All(a => a);
    }

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
