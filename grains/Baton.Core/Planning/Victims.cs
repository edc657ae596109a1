namespace Baton.Core.Planning;

/// <summary>Which workers leave when a phase shrinks: those that it costs least to empty.</summary>
public static class Victims
{
    /// <summary>
    /// Those that have not started first, then those that hold least: of decode workers the KV that would have to move, of
    /// prefill workers the tokens they still have to run; at last by name, the latest first.
    /// </summary>
    public static IReadOnlyList<WorkerObservation> Choose(IEnumerable<WorkerObservation> workers, Phase phase, int count)
    {
        ArgumentNullException.ThrowIfNull(workers);
        return [.. workers
            .Where(w => w.Phase == phase && w.Stage != WorkerStage.Draining)
            .OrderByDescending(w => w.Stage == WorkerStage.Starting)
            .ThenBy(w => phase == Phase.Decode ? w.Load.ResidentTokens : w.Load.PrefillTokens)
            .ThenBy(w => w.Load.Running)
            .ThenByDescending(w => w.Name, StringComparer.Ordinal)
            .Take(Math.Max(0, count))];
    }
}
