using System.Globalization;

namespace Baton.Core.Planning;

/// <summary>
/// Which workers change their phase when one phase has too many and the other too few: those that are empty, and back as
/// another, before a new one would have started.
/// </summary>
public static class Conversions
{
    /// <param name="now">The cluster.</param>
    /// <param name="wanted">Workers that each phase shall have.</param>
    /// <param name="mayConvert">Whether whoever runs a worker can convert it.</param>
    public static IReadOnlyList<Conversion> Plan(
        ClusterObservation now, PhaseCounts wanted, Func<WorkerObservation, bool> mayConvert)
    {
        ArgumentNullException.ThrowIfNull(now);
        ArgumentNullException.ThrowIfNull(mayConvert);
        foreach (Phase from in Enum.GetValues<Phase>())
        {
            Phase to = from == Phase.Prefill ? Phase.Decode : Phase.Prefill;
            int surplus = now.Count(from) - wanted[from];
            int lack = wanted[to] - now.Count(to);
            if (surplus > 0 && lack > 0)
                return Choose(now, from, to, surplus, lack, mayConvert);
        }

        return [];
    }

    private static List<Conversion> Choose(
        ClusterObservation now, Phase from, Phase to, int surplus, int lack, Func<WorkerObservation, bool> mayConvert)
    {
        // Those that would leave in any case: one that has not started yet costs less to lose than to convert.
        IReadOnlyList<WorkerObservation> victims = Victims.Choose(now.Workers, from, surplus);
        List<WorkerObservation> stay = [.. now.Workers.Where(w => w.Phase == from && !victims.Contains(w))];
        List<Conversion> chosen = [];
        foreach (WorkerObservation victim in victims.Where(v => v.Stage == WorkerStage.Ready && mayConvert(v)))
        {
            if (chosen.Count < lack && IsOfItsKind(victim, now, to) && Weigh(victim, to, stay) is { } conversion)
                chosen.Add(conversion);
        }

        return chosen;
    }

    private static Conversion? Weigh(WorkerObservation victim, Phase to, List<WorkerObservation> stay)
    {
        TimeSpan drain = DrainTime.Of(victim, stay);
        TimeSpan convert = drain + TimeSpan.FromSeconds(victim.Profile.ConvertSeconds);
        TimeSpan start = TimeSpan.FromSeconds(victim.Profile.StartSeconds);
        return convert >= start ? null : new Conversion(victim.Name, to, string.Create(
            CultureInfo.InvariantCulture,
            $"{drain.TotalSeconds:0.0} s to drain and {victim.Profile.ConvertSeconds:0.0} s to join again, a start takes {victim.Profile.StartSeconds:0.0} s"));
    }

    // Phases may have machines of their own, chosen for what they do.
    private static bool IsOfItsKind(WorkerObservation victim, ClusterObservation now, Phase to) => now.Workers
        .Where(w => w.Phase == to && w.Stage != WorkerStage.Starting)
        .All(w => w.Profile.Name == victim.Profile.Name && w.Profile.Gpus == victim.Profile.Gpus);
}
