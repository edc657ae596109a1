namespace Baton.Core.Planning;

/// <summary>
/// Sizes both phases, each on its own signal, in one decision: observe, foresee, propose, reconcile. It does nothing itself;
/// what it remembers between decisions is what it has observed.
/// </summary>
public sealed class Planner
{
    // Where nothing says how long a worker takes to start.
    private static readonly TimeSpan LeastLead = TimeSpan.FromSeconds(5);

    private readonly PlannerOptions _options;
    private readonly TrafficHistory _history;
    private readonly PhasePlanner _prefill;
    private readonly PhasePlanner _decode;

    /// <param name="options">Aims and bounds.</param>
    /// <param name="start">How long a worker takes to start: so far it looks ahead.</param>
    public Planner(PlannerOptions options, TimeSpan start)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        TimeSpan lead = (start > LeastLead ? start : LeastLead) + options.Interval;
        _history = new TrafficHistory(options.Interval, lead);
        _prefill = new PhasePlanner(Phase.Prefill, options, lead);
        _decode = new PhasePlanner(Phase.Decode, options, lead);
    }

    /// <summary>The next decision; call it once an interval.</summary>
    public ScaleDecision Decide(ClusterObservation now)
    {
        ArgumentNullException.ThrowIfNull(now);
        TrafficForecast forecast = _history.Take(now.At, now.Traffic);
        (PhaseDecision prefill, IReadOnlyList<string> latePrefill) = _prefill.Plan(now, forecast, _history.LastArrival);
        (PhaseDecision decode, IReadOnlyList<string> lateDecode) = _decode.Plan(now, forecast, _history.LastArrival);
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

    private static PhaseDecision Reconciled(PhaseDecision decision, int count, string? why) => decision.Desired == count
        ? decision
        : decision with { Desired = count, Why = $"{decision.Why}; {why ?? "within its bounds"}" };

    private static int Gpus(ClusterObservation now, Phase phase) =>
        now.Workers.Where(w => w.Phase == phase && w.Stage != WorkerStage.Starting).MaxBy(w => w.OrderedAt)?.Profile.Gpus ?? 1;
}
