using Baton.Core.Caching;
using Baton.Core.Costs;
using Baton.Core.Engine;
using Baton.Core.Planning;
using Baton.Core.Sampling;
using Baton.Core.Scheduling;

namespace Baton.Simulator.Workers;

/// <summary>
/// A worker: the real scheduler and the real queue of reservations, driven as <see cref="EngineLoop"/> does (drain, plan,
/// run, commit), where a step takes no work but the time that its profile says.
/// </summary>
internal sealed class SimulatedWorker
{
    private readonly Agenda _agenda;
    private readonly IWorkerEvents _events;
    private readonly Scheduler _scheduler;
    private readonly ReservationQueue _reservations;
    private readonly List<(EngineCommand.Reserve Order, Action<Reservation> Answered)> _unanswered = [];
    private readonly Queue<Action> _inbox = new();
    private readonly SampledToken[] _sampled;
    private readonly LoadMeter _meter = new();
    private readonly Action _turn;
    private readonly Action _stepEnded;
    private readonly long _kvTokens;
    private BatchPlan? _plan;
    private StepWork _work;
    private double _stepMs;
    private bool _isTurning;
    private EngineLoad? _load;

    public SimulatedWorker(
        string name, Phase phase, WorkerProfile profile, EngineShape shape, BlockHasher hasher, Agenda agenda, IWorkerEvents events)
    {
        (Name, Phase, Profile, Layout) = (name, phase, profile, shape.Layout(profile));
        Fingerprint = Layout.Fingerprint;
        (_agenda, _events, OrderedAt, PaidSince) = (agenda, events, agenda.Now, agenda.Now);
        Bounds = shape.Bounds(profile);
        _scheduler = shape.Scheduler(profile, hasher);
        _reservations = new ReservationQueue(_scheduler, Bounds.MaxQueued);
        _sampled = new SampledToken[Bounds.MaxSequences];
        _kvTokens = (long)shape.Blocks(profile) * shape.BlockTokens;
        Link = new Link(agenda, profile.LinkGBPerSecond);
        (_turn, _stepEnded) = (Turn, StepEnded);
    }

    public string Name { get; }

    public Phase Phase { get; }

    public WorkerProfile Profile { get; }

    public SchedulerOptions Bounds { get; }

    public KvLayout Layout { get; }

    /// <summary>Workers hand over to those of an equal one.</summary>
    public string Fingerprint { get; }

    public Link Link { get; }

    public TimeSpan OrderedAt { get; }

    /// <summary>When its machine became its own; null while another drains on it.</summary>
    public TimeSpan? PaidSince { get; set; }

    public WorkerStage Stage { get; set; } = WorkerStage.Starting;

    /// <summary>It has died, or left: nothing happens here any more.</summary>
    public bool IsGone { get; set; }

    public IReadOnlyCollection<Sequence> Sequences => _scheduler.Sequences;

    /// <summary>Time spent in steps, in milliseconds.</summary>
    public double BusyMs { get; private set; }

    public bool IsEmpty =>
        _scheduler.Sequences.Count == 0 && _reservations.Count == 0 && _inbox.Count == 0 && _plan is null;

    public EngineLoad Load() =>
        _load ??= _scheduler.Load(_meter.Averages(_reservations.Count));

    public WorkerObservation Observe() => new()
    {
        Name = Name,
        Phase = Phase,
        Stage = Stage,
        OrderedAt = OrderedAt,
        Profile = Profile,
        Load = Load(),
        KvTokens = _kvTokens,
        MaxSequences = Bounds.MaxSequences,
        StepTokens = Bounds.StepTokenBudget,
    };

    public void Start(SequenceRequest request) => Post(() =>
    {
        if (_scheduler.Start(request) is { } failure)
            _events.Failed(this, failure);
    });

    public void Reserve(SequenceRequest request, Action<Reservation> answered) => Post(() =>
    {
        var order = new EngineCommand.Reserve(request, new TaskCompletionSource<Reservation>());
        _unanswered.Add((order, answered));
        _reservations.Add(order);
    });

    public void Activate(SequenceKey key, SampledToken first) => Post(() => _scheduler.Activate(key, first));

    public void Freeze(SequenceKey key, Action<int?> answered) => Post(() => answered(_scheduler.Freeze(key)));

    public void HandOver(SequenceKey key, SequenceKey under, Action<KvProduced?> answered) =>
        Post(() => answered(_scheduler.HandOver(key, under)));

    public void Release(SequenceKey key) => Post(() =>
    {
        _reservations.Remove(key);
        _scheduler.Release(key);
    });

    // Taken up between two steps.
    private void Post(Action command)
    {
        _inbox.Enqueue(command);
        if (_plan is not null || _isTurning)
            return;
        _isTurning = true;
        _agenda.After(TimeSpan.Zero, _turn);
    }

    private void Turn()
    {
        _isTurning = true;
        if (IsGone)
            return;
        do
        {
            while (_inbox.TryDequeue(out Action? command))
                command();
            _reservations.Retry();
            Answer();
        }
        while (_inbox.Count > 0);
        _load = null;
        BatchPlan plan = _scheduler.Plan();
        if (plan.Preempted.Count > 0)
            _events.Preempted(plan.Preempted.Count);
        if (plan.Entries.Count > 0)
            Step(plan);
        _isTurning = false;
        if (IsEmpty)
            _events.Emptied(this);
    }

    private void Answer()
    {
        // In the order they were asked for; only their queue's head was answered since, or what overtook it.
        int answered = _unanswered.Count - _reservations.Count;
        for (int i = 0; answered > 0; answered--)
        {
            while (!_unanswered[i].Order.Reply.Task.IsCompleted)
                i++;
            (EngineCommand.Reserve order, Action<Reservation> answer) = _unanswered[i];
            _unanswered.RemoveAt(i);
            answer(order.Reply.Task.Result);
        }
    }

    private void Step(BatchPlan plan)
    {
        _plan = plan;
        _work = plan.Work;
        _stepMs = Profile.StepMs(_work, _kvTokens);
        _agenda.After(TimeSpan.FromTicks(Math.Max(1, (long)(_stepMs * TimeSpan.TicksPerMillisecond))), _stepEnded);
    }

    private void StepEnded()
    {
        if (IsGone)
            return;
        Draw(_plan!);
        StepReport report = _scheduler.Commit(_sampled.AsSpan(0, _plan!.Entries.Count));
        _meter.Add(TimeSpan.FromMilliseconds(_stepMs), _work.PrefillTokens);
        BusyMs += _stepMs;
        (_plan, _load, _isTurning) = (null, null, true);
        for (int i = 0; i < report.Tokens.Count; i++)
            _events.Token(this, report.Tokens[i]);
        for (int i = 0; i < report.Kv.Count; i++)
            _events.Kv(this, report.Kv[i]);
        Turn();
    }

    // A drawn token is its request's slot, so that what comes out finds its way back.
    private void Draw(BatchPlan plan)
    {
        for (int i = 0; i < plan.Entries.Count; i++)
        {
            BatchEntry entry = plan.Entries[i];
            int slot = (int)entry.Sequence.Sampling.Seed;
            _sampled[i] = new SampledToken(slot, float.NaN, null);
            if (!entry.IsDecode && entry.FirstPosition == entry.Sequence.CachedAtAdmission)
                _events.Began(slot, entry.Sequence.CachedAtAdmission);
        }
    }
}
