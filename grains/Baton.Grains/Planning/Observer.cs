using Baton.Contracts.Planning;
using Baton.Contracts.Workers;
using Baton.Core.Costs;
using Baton.Core.Planning;
using Baton.Grains.Gateways;

namespace Baton.Grains.Planning;

/// <summary>Makes of a gateway's view what the planner decides by.</summary>
internal static class Observer
{
    /// <param name="view">What the gateway knows.</param>
    /// <param name="leaving">Workers that have been told to leave, though no report says so yet.</param>
    /// <param name="now">The time.</param>
    public static ClusterObservation Observe(ClusterView view, IReadOnlySet<string> leaving, DateTimeOffset now)
    {
        var gateways = view.LiveGateways();
        var ended = gateways.SelectMany(g => g.Ordered).Select(o => o.Replaces).ToHashSet(StringComparer.Ordinal);
        var known = view.Workers().Where(w => !ended.Contains(w.Id.Name)).ToList();
        return new ClusterObservation
        {
            At = Since(now),
            Workers =
            [
                .. known.Where(w => w.State is WorkerState.Ready or WorkerState.Draining).Select(w => Of(w, leaving)),
                .. view.Expected(known).Where(o => !leaving.Contains(o.Name)).Select(Of),
            ],
            Traffic = view.Totals().Traffic,
            Unplaced = gateways.Sum(g => g.Unplaced),
            CanConvert = gateways.FirstOrDefault(g => g.Driver is not null)?.CanConvert == true,
        };
    }

    public static Phase PhaseOf(WorkerRole role) => role == WorkerRole.Prefill ? Phase.Prefill : Phase.Decode;

    private static WorkerObservation Of(WorkerStatus worker, IReadOnlySet<string> leaving) => new()
    {
        Name = worker.Id.Name,
        Phase = PhaseOf(worker.Role),
        Stage = worker.State == WorkerState.Draining || leaving.Contains(worker.Id.Name) ? WorkerStage.Draining : WorkerStage.Ready,
        OrderedAt = Since(worker.ReadyAt),
        Profile = worker.Profile,
        Load = worker.Load,
        KvTokens = (long)worker.Load.BlocksTotal * worker.BlockTokens,
        MaxSequences = worker.MaxSequences,
        StepTokens = worker.StepTokens,
    };

    private static WorkerObservation Of(OrderedWorker ordered) => new()
    {
        Name = ordered.Name,
        Phase = PhaseOf(ordered.Role),
        Stage = WorkerStage.Starting,
        OrderedAt = Since(ordered.Since),
        Profile = PublishedProfiles.Instant,
        KvTokens = 0,
        MaxSequences = 0,
        StepTokens = 0,
    };

    private static TimeSpan Since(DateTimeOffset time) => time - DateTimeOffset.UnixEpoch;
}
