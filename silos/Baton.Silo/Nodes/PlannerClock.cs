using Baton.Contracts.Planning;
using Baton.Grains.Planning;
using Baton.Silo.Placement;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Baton.Silo.Nodes;

/// <summary>Has the planner decide once an interval, if it is this gateway that it lives on.</summary>
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

        using var timer = new PeriodicTimer(settings.Options.Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (silo.SiloAddress.Equals(roles.Leader()))
            {
                await Tick();
            }
        }
    }

    private async Task Tick()
    {
        try
        {
            await grains.GetGrain<IPlannerGrain>(IPlannerGrain.Key).Tick();
        }
        catch (Exception e)
        {
            // Whatever it is, the next decision may succeed, and requests are served meanwhile.
            logger.PlannerFailed(e.Message);
        }
    }
}
