using Baton.Core.Planning;
using Baton.Core.Routing;
using Baton.Simulator.Requests;
using Baton.Simulator.Results;
using Baton.Simulator.Scaling;
using Baton.Simulator.Workers;
using Baton.Simulator.Workloads;

namespace Baton.Simulator;

/// <summary>
/// A cluster in virtual time: the real router, schedulers, block pools, queues and planner, around steps and transfers that
/// take no work but the time that a profile gives them. Of equal options and workload the result is equal to the last bit.
/// </summary>
public sealed class Simulation
{
    // A request that takes longer after the last arrival is stuck, which is a bug.
    private static readonly TimeSpan LongestEnd = TimeSpan.FromDays(7);

    private readonly SimulationOptions _options;
    private readonly Agenda _agenda = new();
    private readonly Recorder _recorder = new();
    private readonly ClusterView _view;
    private readonly Dispatcher _dispatcher;
    private readonly WorkerPool _pool;
    private readonly Autoscaler? _autoscaler;
    private readonly Timeline _timeline;
    private bool _allCame;

    private Simulation(SimulationOptions options)
    {
        options.Validate();
        _options = options;
        _view = new ClusterView(_agenda, options.ReportInterval);
        var dispatch = new DispatchOptions
        {
            Mode = options.Shape == ServingShape.Disaggregated ? DisaggregationMode.Always : DisaggregationMode.Never,
        };
        var admission = new AdmissionOptions { Mode = options.Admission, Ttft = options.Slo.Ttft, Tpot = options.Slo.Tpot };
        var gate = new AdmissionGate(_agenda, _view, options.Engines, admission);
        _dispatcher = new Dispatcher(_agenda, _view, dispatch, gate, _recorder);
        _pool = new WorkerPool(_agenda, _view, _dispatcher, options.Engines);
        _timeline = new Timeline(_agenda, _pool, gate, _recorder, options.TimelineInterval);
        if (options.Planner is { } planner)
        {
            _autoscaler = new Autoscaler(
                _agenda, _pool, _dispatcher, planner, options.Prefill[0].Profile, options.Decode[0].Profile);
        }
    }

    /// <summary>Runs a workload to the end of its last request.</summary>
    /// <param name="options">The cluster.</param>
    /// <param name="arrivals">The workload, in order of arrival.</param>
    /// <param name="progress">Told of requests that have ended and of the time reached, every ten thousand requests.</param>
    public static SimulationResult Run(
        SimulationOptions options, IEnumerable<Arrival> arrivals, Action<long, TimeSpan>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(arrivals);
        return new Simulation(options).Run(arrivals, progress);
    }

    private SimulationResult Run(IEnumerable<Arrival> arrivals, Action<long, TimeSpan>? progress)
    {
        foreach (WorkerGroup group in _options.Prefill)
            Add(Phase.Prefill, group);
        foreach (WorkerGroup group in _options.Decode)
            Add(Phase.Decode, group);
        _autoscaler?.Begin();
        var chance = new Chance(_options.Seed, Chance.Purpose.Faults);
        new Deaths(_agenda, _pool, _recorder, _options.Faults, chance, replaces: _autoscaler is null).Begin();
        _timeline.Begin();
        using IEnumerator<Arrival> coming = arrivals.GetEnumerator();
        Await(coming, progress);
        TimeSpan last = TimeSpan.Zero;
        while (!_allCame || _dispatcher.Live > 0)
        {
            if (!_agenda.Next() || _agenda.Now - last > LongestEnd)
                throw new InvalidOperationException($"{_dispatcher.Live} requests never end.");
            last = _allCame ? last : _agenda.Now;
        }

        var cost = new CostSoFar(_agenda.Now, _pool.Cost(Phase.Prefill), _pool.Cost(Phase.Decode));
        _timeline.End();
        Settle();
        return SimulationResult.Of(_options, _recorder, _pool, _timeline, _autoscaler, cost);
    }

    // What has ended is still to be released where it was.
    private void Settle()
    {
        TimeSpan deadline = _agenda.Now + TimeSpan.FromMinutes(10);
        while (_pool.Workers.Any(w => !w.IsEmpty) && _agenda.Now < deadline)
            _agenda.Next();
    }

    private void Add(Phase phase, WorkerGroup group)
    {
        for (int i = 0; i < group.Count; i++)
            _pool.Add(phase, group.Profile);
    }

    private void Await(IEnumerator<Arrival> coming, Action<long, TimeSpan>? progress)
    {
        const int ProgressEvery = 10_000;
        if (!coming.MoveNext())
        {
            _allCame = true;
            return;
        }

        Arrival arrival = coming.Current;
        _agenda.At(arrival.At, () =>
        {
            _dispatcher.Arrive(arrival);
            if (_recorder.Arrivals % ProgressEvery == 0)
                progress?.Invoke(_recorder.Arrivals, _agenda.Now);
            Await(coming, progress);
        });
    }
}
