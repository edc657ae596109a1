namespace Baton.Core.Planning;

/// <summary>
/// Sizes one phase: the forecast sets a floor, the load moves it one step. It grows at once, and shrinks only when the load
/// allows it, nothing has called for more in a while, and no change is under way.
/// </summary>
internal sealed class PhasePlanner(Phase phase, PlannerOptions options)
{
    // A forecast wavers by so much; what it needs then is not given back, or it would be ordered again at once.
    private const double Wavering = 1.05;

    // The mean of a few requests wavers too much for less to be a sign.
    private const double Longer = 1.5;

    private readonly PendingWorkers _pending = new(options);
    private readonly LiveGrowth _live = new();
    private readonly Queue<(TimeSpan At, int Wanted)> _wanted = new();
    private TimeSpan? _beganAt;
    private TimeSpan? _changedAt;
    private int? _lastDesired;
    private WorkerObservation? _latest;

    /// <summary>
    /// Whether it would do with one fewer and only waits to be sure. It need not, where the other phase lacks one now: what
    /// is converted can be converted back sooner than another would start.
    /// </summary>
    public bool CanSpare { get; private set; }

    public (PhaseDecision Decision, IReadOnlyList<string> Abandoned) Plan(
        ClusterObservation now, TrafficForecast forecast, TimeSpan lastArrival, TimeSpan lead)
    {
        _beganAt ??= now.At;
        List<WorkerObservation> own = [.. now.Workers.Where(w => w.Phase == phase)];
        IReadOnlyList<string> abandoned = _pending.Look(now.At, own);
        List<WorkerObservation> counted = [.. own.Where(w => w.Stage != WorkerStage.Draining && !_pending.IsLate(w.Name))];
        List<WorkerObservation> ready = [.. counted.Where(w => w.Stage == WorkerStage.Ready)];
        (int predicted, string foreseen) = Predict(own, forecast);
        Reaction reaction = phase == Phase.Prefill
            ? PrefillReaction.To(ready, forecast, options)
            : DecodeReaction.To(ready, forecast, options);
        bool moving = own.Exists(w => w.Stage == WorkerStage.Draining) || ready.Count < counted.Count;

        int current = counted.Count;
        // Worth one step, no more: it may be wrong, and what has been asked for shows itself soon.
        int asked = Math.Min(Asked(own, forecast), current + 1);
        if (asked > predicted)
            (predicted, foreseen) = (asked, $"{foreseen}; as long as is asked for ({forecast.AskedOutputTokens:0} tokens) they need {asked}");
        int live = Live(now.At, own, lead);
        if (live > predicted)
            (predicted, foreseen) = (live, $"{foreseen}; what decodes, as it grows, needs {live}");
        int wanted = Math.Max(predicted, reaction.Step > 0 && ready.Count == current ? current + 1 : 0);
        if (now.Unplaced > 0 && current == 0)
            wanted = Math.Max(1, wanted);
        (int wavering, _) = Predict(own, forecast with { Rate = forecast.Rate * Wavering });
        Remember(now.At, Math.Max(wanted, wavering));
        int least = Math.Max(Math.Max(1, options.Min[phase]), Math.Max(wanted, wavering));
        CanSpare = reaction.Step < 0 && !moving && current > least
            && now.At - (_changedAt ?? _beganAt) >= 2 * options.Cooldown;
        (int desired, string held) = wanted > current
            ? Grow(now.At, current, wanted)
            : Shrink(now, current, wanted, reaction, moving, lastArrival);
        return (new PhaseDecision(current, predicted, reaction.Step, desired, $"{foreseen}; {reaction.Why}{held}"), abandoned);
    }

    /// <summary>Takes up what became of it.</summary>
    public void Decided(TimeSpan at, int current, int desired)
    {
        if (desired != current || (_lastDesired is { } last && last != desired))
            _changedAt = at;
        _lastDesired = desired;
    }

    private (int Workers, string Why) Predict(IReadOnlyList<WorkerObservation> own, TrafficForecast forecast)
    {
        // The one ordered last is what the next one will be like, also when it has gone.
        _latest = own.Where(w => w is { Stage: not WorkerStage.Starting, MaxSequences: > 0, StepTokens: > 0 })
            .MaxBy(w => w.OrderedAt) ?? _latest;
        if (_latest is not { } worker)
            return (0, "of what the forecast needs nothing is known without a worker");
        return phase == Phase.Prefill
            ? PrefillSizing.Workers(forecast, worker.Profile, worker.StepTokens, options.Ttft, options.Attainment)
            : DecodeSizing.Workers(forecast, worker.Profile, worker.KvTokens, worker.MaxSequences, options.Tpot);
    }

    private int Asked(IReadOnlyList<WorkerObservation> own, TrafficForecast forecast) =>
        phase == Phase.Decode && forecast.AskedOutputTokens > Longer * forecast.OutputTokens
            ? Predict(own, forecast with
            {
                PromptTokens = forecast.AskedPromptTokens,
                OutputTokens = forecast.AskedOutputTokens,
            }).Workers
            : 0;

    private int Live(TimeSpan at, IReadOnlyList<WorkerObservation> own, TimeSpan lead)
    {
        if (phase == Phase.Prefill || _latest is not { } worker)
            return 0;
        (double sequences, double tokens) = _live.Foresee(at, own, lead);
        return DecodeSizing.Workers(sequences, tokens, worker.Profile, worker.KvTokens, worker.MaxSequences, options.Tpot);
    }

    private (int Desired, string Held) Grow(TimeSpan at, int current, int wanted)
    {
        if (_pending.HasGivenUp(at))
            return (current, $"; {options.PendingTries} workers in a row did not start: no more are ordered for {options.GiveUpFor.TotalMinutes:0.#} min");
        return (Math.Min(wanted, options.Max[phase]), wanted > options.Max[phase] ? "; at its maximum" : "");
    }

    private (int Desired, string Held) Shrink(
        ClusterObservation now, int current, int wanted, Reaction reaction, bool moving, TimeSpan lastArrival)
    {
        int least = Math.Max(options.Min[phase], Math.Min(current, _wanted.Max(w => w.Wanted)));
        if (IsIdle(now, lastArrival))
            return (options.Min[phase], current > 0 ? "; idle" : "");
        least = Math.Max(least, 1);
        if (current <= least)
            return (Math.Max(current, options.Min[phase]), current > wanted && current > options.Min[phase] ? "; more was needed a short while ago" : "");
        if (now.At - _beganAt < 2 * options.Cooldown)
            return (current, "; too little is known yet");
        if (reaction.Step >= 0)
            return (current, "; fewer would miss the target");
        if (moving)
            return (current, "; a change is under way");
        if (_changedAt is { } changed && now.At - changed < options.Cooldown)
            return (current, "; cooling down");
        return (current - 1, "; fewer will do");
    }

    // What was wanted in the last two cooldowns: one burst a minute must not make it swing once a minute.
    private void Remember(TimeSpan at, int wanted)
    {
        _wanted.Enqueue((at, wanted));
        while (at - _wanted.Peek().At > 2 * options.Cooldown)
            _wanted.Dequeue();
    }

    private bool IsIdle(ClusterObservation now, TimeSpan lastArrival) =>
        options.Min[phase] == 0
        && now.Unplaced == 0
        && now.Workers.All(w => w.Stage != WorkerStage.Starting)
        && now.At - lastArrival > options.IdleToZero
        && now.Workers.All(w => w.Load is { Running: 0, Waiting: 0, Parked: 0, Reserved: 0, ReservationsWaiting: 0 });
}
