using Baton.Core.Caching;
using Baton.Core.Costs;
using Baton.Core.Planning;
using Baton.Simulator.Requests;

namespace Baton.Simulator.Workers;

/// <summary>The workers of a simulation from their order to their end, and what they cost meanwhile.</summary>
internal sealed class WorkerPool
{
    private readonly Agenda _agenda;
    private readonly ClusterView _view;
    private readonly Dispatcher _dispatcher;
    private readonly EngineShape _shape;
    private readonly BlockHasher _hasher;
    private readonly List<SimulatedWorker> _workers = [];
    private readonly Dictionary<Phase, int> _ordered = [];
    private readonly PhaseCost[] _left = [new(), new()];
    private readonly Dictionary<SimulatedWorker, SimulatedWorker> _successors = [];

    public WorkerPool(Agenda agenda, ClusterView view, Dispatcher dispatcher, EngineShape shape)
    {
        (_agenda, _view, _dispatcher, _shape) = (agenda, view, dispatcher, shape);
        _hasher = new BlockHasher(new PlainDigest(), shape.BlockTokens);
        dispatcher.WorkerEmptied += LeaveIfDrained;
    }

    /// <summary>Those that start, are ready or drain, in the order they were ordered.</summary>
    public IReadOnlyList<SimulatedWorker> Workers => _workers;

    public int Count(Phase phase, WorkerStage stage)
    {
        int count = 0;
        foreach (SimulatedWorker worker in _workers)
            count += worker.Phase == phase && worker.Stage == stage ? 1 : 0;
        return count;
    }

    /// <summary>A worker that is there from the start.</summary>
    public void Add(Phase phase, WorkerProfile profile) => Ready(Create(phase, profile));

    /// <summary>A worker that takes requests once it has started.</summary>
    public void Order(Phase phase, WorkerProfile profile)
    {
        SimulatedWorker worker = Create(phase, profile);
        ReadyAfter(worker, profile.StartSeconds);
    }

    /// <summary>Nothing new goes to it, what decodes there moves on, and it leaves when it is empty.</summary>
    public void Drain(SimulatedWorker worker)
    {
        _view.Remove(worker);
        if (worker.Stage == WorkerStage.Starting)
        {
            Leave(worker);
            return;
        }

        worker.Stage = WorkerStage.Draining;
        if (worker.Phase == Phase.Decode)
            _dispatcher.Empty(worker);
        LeaveIfDrained(worker);
    }

    /// <summary>It drains, and goes on in the other phase: from now on it counts there as one that starts.</summary>
    public void Convert(SimulatedWorker worker)
    {
        Phase to = worker.Phase == Phase.Prefill ? Phase.Decode : Phase.Prefill;
        SimulatedWorker successor = Create(to, worker.Profile);
        _successors.Add(worker, successor);
        // Until then the machine is paid for as what it was.
        successor.PaidSince = null;
        Drain(worker);
    }

    /// <summary>It dies; nobody knows yet.</summary>
    public void Kill(SimulatedWorker worker) => Leave(worker);

    /// <summary>Its death has been noticed.</summary>
    public void Bury(SimulatedWorker worker)
    {
        _view.Remove(worker);
        _dispatcher.Lost(worker);
    }

    /// <summary>What the workers of a phase have cost until now.</summary>
    public PhaseCost Cost(Phase phase)
    {
        PhaseCost cost = _left[(int)phase];
        foreach (SimulatedWorker worker in _workers)
            cost += worker.Phase == phase ? CostOf(worker) : new PhaseCost();
        return cost;
    }

    private SimulatedWorker Create(Phase phase, WorkerProfile profile)
    {
        int number = _ordered[phase] = _ordered.GetValueOrDefault(phase) + 1;
        string name = phase == Phase.Prefill ? $"prefill-{number:00000}" : $"decode-{number:00000}";
        var worker = new SimulatedWorker(name, phase, profile, _shape, _hasher, _agenda, _dispatcher);
        _workers.Add(worker);
        return worker;
    }

    private void ReadyAfter(SimulatedWorker worker, double seconds) => _agenda.After(TimeSpan.FromSeconds(seconds), () =>
    {
        if (!worker.IsGone)
            Ready(worker);
    });

    private void Ready(SimulatedWorker worker)
    {
        worker.Stage = WorkerStage.Ready;
        _view.Add(worker);
        _dispatcher.WorkersChanged();
    }

    private void LeaveIfDrained(SimulatedWorker worker)
    {
        if (worker is { Stage: WorkerStage.Draining, IsGone: false, IsEmpty: true })
            Leave(worker);
    }

    private void Leave(SimulatedWorker worker)
    {
        worker.IsGone = true;
        _workers.Remove(worker);
        _left[(int)worker.Phase] += CostOf(worker);
        // One that was told to leave meanwhile is gone with it.
        if (!_successors.Remove(worker, out SimulatedWorker? successor) || successor.IsGone)
            return;
        successor.PaidSince = _agenda.Now;
        ReadyAfter(successor, successor.Profile.ConvertSeconds);
    }

    private PhaseCost CostOf(SimulatedWorker worker)
    {
        double seconds = (_agenda.Now - (worker.PaidSince ?? _agenda.Now)).TotalSeconds;
        return new PhaseCost(
            seconds * worker.Profile.Gpus, seconds * worker.Profile.PricePerHour / 3600, seconds, worker.BusyMs / 1000);
    }
}
