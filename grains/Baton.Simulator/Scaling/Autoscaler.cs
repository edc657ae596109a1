using Baton.Core.Costs;
using Baton.Core.Planning;
using Baton.Simulator.Requests;
using Baton.Simulator.Workers;

namespace Baton.Simulator.Scaling;

/// <summary>Asks the real planner once an interval, and does what it says.</summary>
internal sealed class Autoscaler(
    Agenda agenda, WorkerPool pool, Dispatcher dispatcher, PlannerOptions options, WorkerProfile prefill, WorkerProfile decode)
{
    private readonly Planner _planner = new(
        options, TimeSpan.FromSeconds(Math.Max(prefill.StartSeconds, decode.StartSeconds)));

    private readonly List<ScaleDecision> _changes = [];

    /// <summary>The decisions that changed something.</summary>
    public IReadOnlyList<ScaleDecision> Changes => _changes;

    public int Conversions { get; private set; }

    public void Begin()
    {
        Decide();
        agenda.After(Planner.LookEvery(options), Look);
    }

    private void Look()
    {
        ClusterObservation now = Observe();
        if (_planner.IsUrgent(now))
            Decide(now);
        agenda.After(Planner.LookEvery(options), Look);
    }

    private void Decide()
    {
        Decide(Observe());
        agenda.After(options.Interval, Decide);
    }

    private void Decide(ClusterObservation now)
    {
        ScaleDecision decision = _planner.Decide(now);
        if (decision.Changes)
            Apply(decision);
    }

    private void Apply(ScaleDecision decision)
    {
        _changes.Add(decision);
        foreach (SimulatedWorker late in pool.Workers.Where(w => decision.Abandoned.Contains(w.Name)).ToArray())
            pool.Drain(late);
        foreach (Conversion conversion in Core.Planning.Conversions.Plan(Observe(), decision.Desired, mayConvert: _ => true))
        {
            pool.Convert(Find(conversion.Worker));
            Conversions++;
        }

        ClusterObservation now = Observe();
        foreach (Phase phase in Enum.GetValues<Phase>())
        {
            int more = decision.Desired[phase] - now.Count(phase);
            for (int i = 0; i < more; i++)
                pool.Order(phase, phase == Phase.Prefill ? prefill : decode);
            foreach (WorkerObservation victim in Victims.Choose(now.Workers, phase, -more))
                pool.Drain(Find(victim.Name));
        }
    }

    private SimulatedWorker Find(string name) => pool.Workers.First(w => w.Name == name);

    private ClusterObservation Observe() => new()
    {
        At = agenda.Now,
        Workers = [.. pool.Workers.Select(w => w.Observe())],
        Traffic = dispatcher.Traffic,
        Unplaced = dispatcher.Unplaced,
        CanConvert = true,
    };
}
