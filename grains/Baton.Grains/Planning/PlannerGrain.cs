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
/// for a moment that they are the one: each goes on from what the other has told last, and drivers take no older order.
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

    public async Task Tick()
    {
        TakeUp();
        var now = _executor.Observe();
        var decision = _planner.Decide(now);
        await Act(now, decision);
    }

    public async Task Look()
    {
        TakeUp();
        var now = _executor.Observe();
        if (_mode != PlanMode.Manual && _planner.IsUrgent(now))
        {
            await Act(now, _planner.Decide(now));
        }
    }

    public async Task<string?> Scale(int? prefill, int? decode)
    {
        if (_executor.Driver is null)
        {
            return "Nothing in this cluster can start workers: run a gateway with --workers or --autoscale.";
        }

        TakeUp();
        var now = _executor.Observe();
        var before = _mode == PlanMode.Manual ? _manual : new PhaseCounts(now.Count(Phase.Prefill), now.Count(Phase.Decode));
        (_mode, _manual) = (PlanMode.Manual, new PhaseCounts(prefill ?? before.Prefill, decode ?? before.Decode));
        await Act(now, _planner.Decide(now));
        return null;
    }

    public async Task Release()
    {
        TakeUp();
        _mode = settings.Standing;
        var now = _executor.Observe();
        await Act(now, _planner.Decide(now));
    }

    public async Task<bool> Drain(string worker)
    {
        if (view.Workers().FirstOrDefault(w => w.Id.Name == worker && w.State != WorkerState.Dead) is not { } status)
        {
            return false;
        }

        TakeUp();

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

    /// <summary>What another planner has told since this one last spoke: it was the later one.</summary>
    private void TakeUp()
    {
        if (view.Plan is { } other && other.By != Self)
        {
            _decisions.Restore(other.Decisions);
            (_mode, _manual) = (other.Mode == PlanMode.Manual ? PlanMode.Manual : settings.Standing, new(other.Prefill, other.Decode));
        }
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
        var sequence = NextSequence;
        try
        {
            outcome = wanted is { } counts ? await _executor.Bring(now, counts, decision.Abandoned, sequence) : "advice only: nothing is done";
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            outcome = $"the driver could not be told: {e.Message}";
        }

        _decisions.Add(DecisionLog.Of(decision, time.GetUtcNow(), _mode, _mode == PlanMode.Manual ? _manual : null, outcome));
        Publish(now, wanted);
    }

    /// <summary>Later than any that is known here, also where clocks differ.</summary>
    private long NextSequence => Math.Max((view.Plan?.Sequence ?? 0) + 1, time.GetUtcNow().UtcTicks);

    private void Publish(ClusterObservation now, PhaseCounts? wanted = null)
    {
        var counts = _mode == PlanMode.Manual ? _manual
            : wanted ?? new PhaseCounts(now.Count(Phase.Prefill), now.Count(Phase.Decode));
        var status = new PlanStatus
        {
            By = Self,
            Sequence = NextSequence,
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
