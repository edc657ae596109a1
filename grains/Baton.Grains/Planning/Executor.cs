using Baton.Contracts.Gateways;
using Baton.Contracts.Planning;
using Baton.Contracts.Workers;
using Baton.Core.Planning;
using Baton.Grains.Gateways;
using Baton.Grains.Workers;

namespace Baton.Grains.Planning;

/// <summary>Brings about what was decided: has the cheapest workers drain, and tells the driver how many it shall keep up.</summary>
internal sealed class Executor(ClusterView view, IGrainFactory grains, TimeProvider time)
{
    // By then a report says of a worker that it drains.
    private static readonly TimeSpan Told = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, DateTimeOffset> _leaving = new(StringComparer.Ordinal);

    /// <summary>Workers that were told to leave and maybe do not say so yet.</summary>
    public IReadOnlySet<string> Leaving => _leaving.Keys.ToHashSet(StringComparer.Ordinal);

    /// <summary>The gateway that can start workers; null when none can.</summary>
    public GatewayStatus? Driver => view.LiveGateways().FirstOrDefault(g => g.Driver is not null);

    public ClusterObservation Observe()
    {
        var now = time.GetUtcNow();
        foreach (var name in _leaving.Where(l => now - l.Value > Told).Select(l => l.Key).ToList())
        {
            _leaving.Remove(name);
        }

        return Observer.Observe(view, Leaving, now);
    }

    /// <summary>Brings the cluster to the counts; what was done, for people.</summary>
    /// <param name="now">The cluster as it was decided on.</param>
    /// <param name="wanted">The counts.</param>
    /// <param name="abandoned">Ordered workers that are waited for no longer.</param>
    public async Task<string> Bring(ClusterObservation now, PhaseCounts wanted, IReadOnlyList<string> abandoned)
    {
        if (Driver is not { } driver)
        {
            return "nothing in this cluster can start workers";
        }

        List<string> victims = [.. abandoned];
        foreach (var phase in Enum.GetValues<Phase>())
        {
            victims.AddRange(Victims.Choose(now.Workers, phase, now.Count(phase) - wanted[phase]).Select(v => v.Name));
        }

        foreach (var victim in victims)
        {
            await Leave(victim);
        }

        var order = new ScaleOrder(
            Slots(driver, now, wanted, victims, Phase.Prefill), Slots(driver, now, wanted, victims, Phase.Decode), [.. victims]);
        await grains.GetGrain<IGatewayGrain>(driver.Name).Scale(order);
        return Outcome(now, wanted, victims, driver);
    }

    /// <summary>Has a worker drain; nothing happens to one that has not joined, the driver ends it.</summary>
    public async Task Leave(string worker)
    {
        _leaving[worker] = time.GetUtcNow();
        if (view.Workers().FirstOrDefault(w => w.Id.Name == worker && w.State != WorkerState.Dead) is not { } status)
        {
            return;
        }

        try
        {
            await WorkerGrains.Of(grains, status.Id).Drain();
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            // It dies, and the next decision sees that.
        }
    }

    /// <summary>What the driver has to keep up: what is wanted less what others keep up.</summary>
    private static int Slots(
        GatewayStatus driver, ClusterObservation now, PhaseCounts wanted, List<string> victims, Phase phase)
    {
        var own = driver.Ordered.Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        var foreign = now.Workers.Count(w => w.Phase == phase && w.Stage != WorkerStage.Draining
            && !own.Contains(w.Name) && !victims.Contains(w.Name));
        return Math.Max(0, wanted[phase] - foreign);
    }

    private static string Outcome(ClusterObservation now, PhaseCounts wanted, List<string> victims, GatewayStatus driver)
    {
        var more = new PhaseCounts(
            Math.Max(0, wanted.Prefill - now.Count(Phase.Prefill)), Math.Max(0, wanted.Decode - now.Count(Phase.Decode)));
        List<string> done = [];
        if (more != default)
        {
            done.Add($"the {driver.Driver} driver of {driver.Name} starts {more}");
        }

        if (victims.Count > 0)
        {
            done.Add($"{string.Join(", ", victims)} drain");
        }

        return done.Count == 0 ? "nothing to do" : string.Join("; ", done);
    }
}
