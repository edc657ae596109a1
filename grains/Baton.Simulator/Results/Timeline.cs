using Baton.Core.Engine;
using Baton.Core.Planning;
using Baton.Simulator.Requests;
using Baton.Simulator.Workers;

namespace Baton.Simulator.Results;

/// <summary>Looks at the cluster at the end of each interval.</summary>
internal sealed class Timeline(Agenda agenda, WorkerPool pool, AdmissionGate gate, Recorder recorder, TimeSpan interval)
{
    // Loads swing within seconds.
    private static readonly TimeSpan LoadInterval = TimeSpan.FromSeconds(1);

    private readonly List<Look> _looks = [];
    private readonly List<(long Arrivals, double Prefill, double Decode)> _loads = [];

    /// <summary>While load comes: not while the cluster fills at first, nor while it empties at last.</summary>
    public LoadSwing Swing => LoadSwing.Of([.. _loads
        .Where(l => l.Arrivals > recorder.Arrivals / 4 && l.Arrivals < recorder.Arrivals)
        .Select(l => (l.Prefill, l.Decode))]);

    public void Begin()
    {
        agenda.After(interval, Next);
        agenda.After(LoadInterval, NextLoad);
    }

    public void End() => Note();

    public IReadOnlyList<TimelineRow> Rows(SloTarget slo)
    {
        ILookup<int, RequestResult> came = recorder.Results.ToLookup(r => Math.Min(_looks.Count - 1, (int)(r.At / interval.TotalSeconds)));
        var last = new Look(0, 0, 0, 0, default, default);
        List<TimelineRow> rows = [];
        for (int i = 0; i < _looks.Count; i++)
        {
            rows.Add(Row(i, [.. came[i]], last, _looks[i], slo));
            last = _looks[i];
        }

        return rows;
    }

    private void Next()
    {
        Note();
        agenda.After(interval, Next);
    }

    private void NextLoad()
    {
        (double Prefill, double Decode) loads = gate.Loads();
        if (double.IsFinite(loads.Prefill) && double.IsFinite(loads.Decode))
            _loads.Add((recorder.Arrivals, loads.Prefill, loads.Decode));
        agenda.After(LoadInterval, NextLoad);
    }

    private void Note()
    {
        long queue = 0;
        long used = 0;
        long total = 0;
        foreach (SimulatedWorker worker in pool.Workers)
        {
            EngineLoad load = worker.Load();
            queue += load.PrefillTokens;
            if (worker.Phase != Phase.Decode)
                continue;
            used += load.BlocksUsed;
            total += load.BlocksTotal;
        }

        _looks.Add(new Look(
            Count(Phase.Prefill), Count(Phase.Decode), queue, used / (double)Math.Max(1, total), pool.Cost(Phase.Prefill), pool.Cost(Phase.Decode)));
    }

    private int Count(Phase phase) => pool.Count(phase, WorkerStage.Starting) + pool.Count(phase, WorkerStage.Ready);

    private TimelineRow Row(int index, List<RequestResult> came, Look before, Look after, SloTarget slo) => new()
    {
        At = index * interval.TotalSeconds,
        Arrivals = came.Count,
        PromptTokensPerSecond = came.Sum(r => (double)r.Prompt) / interval.TotalSeconds,
        OutputTokensPerSecond = came.Sum(r => (double)r.Output) / interval.TotalSeconds,
        Rejected = came.Count(r => r.Outcome == Outcome.Rejected),
        Failed = came.Count(r => r.Outcome == Outcome.Failed),
        TtftP90 = Percentiles.Of([.. came.Select(r => r.TtftMs).Where(t => !float.IsNaN(t))]).P90,
        TpotP90 = Percentiles.Of([.. came.Where(r => r.Outcome == Outcome.Completed).Select(r => r.TpotMs)]).P90,
        Attainment = Attainment.Of(came, slo).Both,
        Prefill = after.Prefill,
        Decode = after.Decode,
        PrefillBusy = Busy(before.PrefillCost, after.PrefillCost),
        DecodeBusy = Busy(before.DecodeCost, after.DecodeCost),
        PrefillQueue = after.Queue,
        KvUsed = after.KvUsed,
    };

    private static double Busy(PhaseCost before, PhaseCost after) =>
        (after.BusySeconds - before.BusySeconds) / Math.Max(1e-9, after.WorkerSeconds - before.WorkerSeconds);

    private sealed record Look(
        int Prefill, int Decode, long Queue, double KvUsed, PhaseCost PrefillCost, PhaseCost DecodeCost);
}
