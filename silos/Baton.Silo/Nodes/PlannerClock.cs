using Baton.Contracts.Planning;
using Baton.Core.Planning;
using Baton.Grains.Planning;
using Baton.Silo.Placement;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Baton.Silo.Nodes;

/// <summary>
/// Has the planner decide once an interval, and look between whether something is urgent, if it is this gateway that it
/// lives on.
/// </summary>
internal sealed class PlannerClock(
    NodeOptions node,
    NodeRoles roles,
    PlannerSettings settings,
    ILocalSiloDetails silo,
    IGrainFactory grains,
    TimeProvider time,
    ILogger<PlannerClock> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!node.IsGateway)
        {
            return;
        }

        using var timer = new PeriodicTimer(Planner.LookEvery(settings.Options), time);
        var looks = 0;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            looks = (looks + 1) % Planner.LooksPerInterval;
            if (silo.SiloAddress.Equals(roles.Leader()))
            {
                await Tick(decide: looks == 0);
            }
        }
    }

    private async Task Tick(bool decide)
    {
        try
        {
            var planner = grains.GetGrain<IPlannerGrain>(IPlannerGrain.Key);
            await (decide ? planner.Tick() : planner.Look());
        }
        catch (Exception e)
        {
            // Whatever it is, the next decision may succeed, and requests are served meanwhile.
            logger.PlannerFailed(e.Message);
        }
    }
}
