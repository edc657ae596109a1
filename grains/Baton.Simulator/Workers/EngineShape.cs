using Baton.Core.Caching;
using Baton.Core.Costs;
using Baton.Core.Engine;
using Baton.Core.Scheduling;

namespace Baton.Simulator.Workers;

/// <summary>How the engines of a simulation are built, whatever their profile.</summary>
/// <param name="BlockTokens">Positions of a KV block.</param>
/// <param name="KvTokens">Positions of a pool whose profile does not say.</param>
/// <param name="Scheduling">Bounds where the profile does not say.</param>
internal sealed record EngineShape(int BlockTokens, long KvTokens, SchedulerOptions Scheduling)
{
    public int Blocks(WorkerProfile profile) => (int)Math.Max(1, PoolTokens(profile) / BlockTokens);

    public long PoolTokens(WorkerProfile profile) => profile.KvTokens > 0 ? profile.KvTokens : KvTokens;

    public SchedulerOptions Bounds(WorkerProfile profile) => profile.Bound(Scheduling);

    public Scheduler Scheduler(WorkerProfile profile, BlockHasher hasher) =>
        new(Bounds(profile), Layout(profile), new BlockPool(Blocks(profile)), hasher) { Sizing = Sizing(profile) };

    // Whole prompts first is there to compare with as it was published.
    private StepSizing? Sizing(WorkerProfile profile) => Scheduling.Mix == StepMix.PromptsFirst
        ? null
        : new StepSizing(profile, BlockTokens, (long)Blocks(profile) * BlockTokens, Bounds(profile));

    public KvLayout Layout(WorkerProfile profile) =>
        new(BlockTokens, profile.KvBytesPerToken, profile.KvBytesPerToken.ToString("x", null), profile.Layers);
}
