using Baton.Core.Routing;

namespace Baton.Simulator.Workers;

/// <summary>The workers that take requests, as the gateways know them. Reports come at intervals, each worker's in its turn.</summary>
internal sealed class ClusterView(Agenda agenda, TimeSpan reportInterval)
{
    public const string Model = "model";

    // Workers report at moments spread over the interval, by their number.
    private const int Spread = 16;

    private readonly List<WorkerView> _views = [];
    private readonly List<WorkerSnapshot> _snapshots = [];
    private readonly Dictionary<SimulatedWorker, int> _index = [];
    private readonly Dictionary<string, SimulatedWorker> _byName = new(StringComparer.Ordinal);
    private int _added;

    public IReadOnlyList<WorkerView> Views => _views;

    public void Add(SimulatedWorker worker)
    {
        var view = new WorkerView(worker);
        _index.Add(worker, _views.Count);
        _byName.Add(worker.Name, worker);
        _views.Add(view);
        _snapshots.Add(view.Snapshot);
        var report = new Action(() => { });
        report = () => Report(view, report);
        agenda.After(reportInterval * ((_added++ % Spread) + 1) / Spread, report);
    }

    public void Remove(SimulatedWorker worker)
    {
        if (!_index.Remove(worker, out int at))
            return;
        _byName.Remove(worker.Name);
        _views.RemoveAt(at);
        _snapshots.RemoveAt(at);
        for (int i = at; i < _views.Count; i++)
            _index[_views[i].Worker] = i;
    }

    public SimulatedWorker Worker(WorkerSnapshot snapshot) => _byName[snapshot.Name];

    public void Sent(SimulatedWorker worker, int tokens) => Note(worker, v => v.Sent(tokens));

    /// <summary>Counts what waits for a place in decode before it is sent here.</summary>
    public void Hold(SimulatedWorker worker, int tokens) => Note(worker, v => v.Hold(tokens));

    public void Free(SimulatedWorker worker, int tokens) => Note(worker, v => v.Free(tokens));

    public RoutePlan Route(int tokens, int maxTokens, DisaggregationMode mode, IReadOnlySet<string> avoid) =>
        Router.Plan(new RouteRequest(Model, tokens, maxTokens, mode, avoid), _snapshots);

    private void Note(SimulatedWorker worker, Action<WorkerView> note)
    {
        if (!_index.TryGetValue(worker, out int at))
            return;
        note(_views[at]);
        _snapshots[at] = _views[at].Snapshot;
    }

    private void Report(WorkerView view, Action again)
    {
        if (!_index.TryGetValue(view.Worker, out int at))
            return;
        if (view.Report())
            _snapshots[at] = view.Snapshot;
        agenda.After(reportInterval, again);
    }
}
