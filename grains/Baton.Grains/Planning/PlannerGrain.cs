using Baton.Contracts;
using Baton.Contracts.Gateways;
using Baton.Contracts.Planning;
using Baton.Contracts.Workers;
using Baton.Core.Planning;
using Baton.Grains.Gateways;
using Baton.Grains.Placement;
using Orleans.Placement;

namespace Baton.Grains.Planning;

/// <inheritdoc cref="IPlannerGrain"/>
/// <remarks>
/// Every gateway hears where it stands, and the next planner goes on from there when this one's silo is gone. Two may think
/// for a moment that they are the one: orders say how many workers there shall be, so that does no harm.
/// </remarks>
[Immovable, PlannerPlacement]
public sealed class PlannerGrain(
    ClusterView view, PlannerSettings settings, IGatewayIdentity gateway, IGrainFactory grains, TimeProvider time)
    : Grain, IPlannerGrain
{
    // They go to every gateway with each decision: a message stays well below 64 KB.
    private const int DecisionsTold = 48;

    private readonly Planner _planner = new(settings.Options, settings.Start);
    private readonly Executor _executor = new(view, grains, time);
    private readonly DecisionLog _decisions = new(DecisionsTold);
    private PlanMode _mode = settings.Standing;
    private PhaseCounts _manual;

    private GatewayId Self => new(gateway.Name, GrainContext.Address.SiloAddress!.Generation);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (view.Plan is { } before)
        {
            _decisions.Restore(before.Decisions);
            (_mode, _manual) = (before.Mode == PlanMode.Manual ? PlanMode.Manual : settings.Standing, new(before.Prefill, before.Decode));
        }

        return Task.CompletedTask;
    }

    public async Task Tick()
    {
        var now = _executor.Observe();
        var decision = _planner.Decide(now);
        await Act(now, decision);
    }

    public async Task<string?> Scale(int? prefill, int? decode)
    {
        if (_executor.Driver is null)
        {
            return "Nothing in this cluster can start workers: run a gateway with --workers or --autoscale.";
        }

        var now = _executor.Observe();
        var before = _mode == PlanMode.Manual ? _manual : new PhaseCounts(now.Count(Phase.Prefill), now.Count(Phase.Decode));
        (_mode, _manual) = (PlanMode.Manual, new PhaseCounts(prefill ?? before.Prefill, decode ?? before.Decode));
        await Act(now, _planner.Decide(now));
        return null;
    }

    public async Task Release()
    {
        _mode = settings.Standing;
        await Tick();
    }

    public async Task<bool> Drain(string worker)
    {
        if (view.Workers().FirstOrDefault(w => w.Id.Name == worker && w.State != WorkerState.Dead) is not { } status)
        {
            return false;
        }

        // One that drains already was counted out when it was told to.
        if (status.State != WorkerState.Draining && !_executor.Leaving.Contains(worker) && _mode == PlanMode.Manual)
        {
            var phase = Observer.PhaseOf(status.Role);
            _manual = _manual.With(phase, Math.Max(0, _manual[phase] - 1));
        }

        await _executor.Leave(worker);
        Publish(_executor.Observe());
        return true;
    }

    private async Task Act(ClusterObservation now, ScaleDecision decision)
    {
        PhaseCounts? wanted = _mode switch
        {
            PlanMode.Auto => decision.Desired,
            PlanMode.Manual => _manual,
            _ => null,
        };
        string outcome;
        try
        {
            outcome = wanted is { } counts ? await _executor.Bring(now, counts, decision.Abandoned) : "advice only: nothing is done";
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            outcome = $"the driver could not be told: {e.Message}";
        }

        _decisions.Add(DecisionLog.Of(decision, time.GetUtcNow(), _mode, _mode == PlanMode.Manual ? _manual : null, outcome));
        Publish(now, wanted);
    }

    private void Publish(ClusterObservation now, PhaseCounts? wanted = null)
    {
        var counts = _mode == PlanMode.Manual ? _manual
            : wanted ?? new PhaseCounts(now.Count(Phase.Prefill), now.Count(Phase.Decode));
        var status = new PlanStatus
        {
            By = Self,
            Sequence = time.GetUtcNow().UtcTicks,
            Mode = _mode,
            Prefill = counts.Prefill,
            Decode = counts.Decode,
            Decisions = _decisions.All,
        };
        view.Report(status);
        foreach (var other in view.LiveGateways().Where(g => g.Name != gateway.Name))
        {
            grains.GetGrain<IGatewayGrain>(other.Name).ReportPlan(status).Ignore();
        }
    }
}
