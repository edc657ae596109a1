namespace Baton.Core.Planning;

/// <summary>
/// Sizes both phases, each on its own signal, in one decision: observe, foresee, propose, reconcile. It does nothing itself;
/// what it remembers between decisions is what it has observed.
/// </summary>
public sealed class Planner
{
    public const int LooksPerInterval = 5;

    // Where nothing says how long a worker takes to start.
    private static readonly TimeSpan LeastLead = TimeSpan.FromSeconds(5);

    private readonly PlannerOptions _options;
    private readonly TimeSpan _start;
    private readonly StartTimes _starts;
    private readonly TrafficHistory _history;
    private readonly PhasePlanner _prefill;
    private readonly PhasePlanner _decode;
    private TimeSpan _lastWaiting = TimeSpan.MinValue;
    private TrafficForecast _forecast = TrafficForecast.Nothing;

    /// <param name="options">Aims and bounds.</param>
    /// <param name="start">How long a worker takes to start, so far it looks ahead, until one has been seen to start.</param>
    public Planner(PlannerOptions options, TimeSpan start)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_options, _start) = (options, start);
        _starts = new StartTimes(options.Interval);
        _history = new TrafficHistory(options.Interval);
        _prefill = new PhasePlanner(Phase.Prefill, options);
        _decode = new PhasePlanner(Phase.Decode, options);
    }

    /// <summary>How often to look whether a decision is urgent.</summary>
    public static TimeSpan LookEvery(PlannerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Interval / LooksPerInterval;
    }

    /// <summary>How far it looks ahead: until what is ordered at the next decision is ready.</summary>
    private TimeSpan Lead
    {
        get
        {
            TimeSpan start = _starts.Typical ?? _start;
            return (start > LeastLead ? start : LeastLead) + _options.Interval;
        }
    }

    /// <summary>
    /// Whether a phase lacks a worker so plainly that the decision should not wait for the end of the interval: every worker
    /// of it would miss the target, and no change of it is under way.
    /// </summary>
    public bool IsUrgent(ClusterObservation now)
    {
        ArgumentNullException.ThrowIfNull(now);
        return Lacks(Phase.Prefill, PrefillReaction.To) || Lacks(Phase.Decode, DecodeReaction.To);

        bool Lacks(Phase phase, Func<IReadOnlyList<WorkerObservation>, TrafficForecast, PlannerOptions, Reaction> reaction)
        {
            List<WorkerObservation> own = [.. now.Workers.Where(w => w.Phase == phase)];
            return own.Count < _options.Max[phase] && own.TrueForAll(w => w.Stage == WorkerStage.Ready)
                && reaction(own, _forecast, _options).Step > 0;
        }
    }

    /// <summary>The next decision; call it once an interval, and between two when it is urgent.</summary>
    public ScaleDecision Decide(ClusterObservation now)
    {
        ArgumentNullException.ThrowIfNull(now);
        _starts.Look(now.At, now.Workers);
        TimeSpan lead = Lead;
        TrafficForecast forecast = _forecast = _history.Take(now.At, now.Traffic, lead);
        if (now.Unplaced > 0)
            _lastWaiting = now.At;
        TimeSpan lastArrival = _lastWaiting > _history.LastArrival ? _lastWaiting : _history.LastArrival;
        (PhaseDecision prefill, IReadOnlyList<string> latePrefill) = _prefill.Plan(now, forecast, lastArrival, lead);
        (PhaseDecision decode, IReadOnlyList<string> lateDecode) = _decode.Plan(now, forecast, lastArrival, lead);
        if (_decode.CanSpare)
            decode = Spare(now, decode, prefill, Phase.Decode);
        else if (_prefill.CanSpare)
            prefill = Spare(now, prefill, decode, Phase.Prefill);
        (PhaseCounts counts, string? why) = Reconciliation.Of(
            new PhaseCounts(prefill.Desired, decode.Desired), new PhaseCounts(Gpus(now, Phase.Prefill), Gpus(now, Phase.Decode)), _options);
        prefill = Reconciled(prefill, counts.Prefill, why);
        decode = Reconciled(decode, counts.Decode, why);
        _prefill.Decided(now.At, prefill.Current, prefill.Desired);
        _decode.Decided(now.At, decode.Current, decode.Desired);
        return new ScaleDecision
        {
            At = now.At,
            Prefill = prefill,
            Decode = decode,
            Forecast = forecast,
            Abandoned = [.. latePrefill, .. lateDecode],
        };
    }

    /// <summary>Gives one worker to the other phase, if that lacks one and it can be converted.</summary>
    private static PhaseDecision Spare(ClusterObservation now, PhaseDecision own, PhaseDecision other, Phase phase)
    {
        if (!now.CanConvert || own.Desired != own.Current || other.Desired <= other.Current)
            return own;
        PhaseCounts counts = new PhaseCounts(other.Desired, other.Desired).With(phase, own.Current - 1);
        return Conversions.Plan(now, counts, mayConvert: _ => true).Count == 0
            ? own
            : own with { Desired = own.Current - 1, Why = $"{own.Why}; the other phase lacks one, and fewer will do here" };
    }

    private static PhaseDecision Reconciled(PhaseDecision decision, int count, string? why) => decision.Desired == count
        ? decision
        : decision with { Desired = count, Why = $"{decision.Why}; {why ?? "within its bounds"}" };

    private static int Gpus(ClusterObservation now, Phase phase) =>
        now.Workers.Where(w => w.Phase == phase && w.Stage != WorkerStage.Starting).MaxBy(w => w.OrderedAt)?.Profile.Gpus ?? 1;
}
