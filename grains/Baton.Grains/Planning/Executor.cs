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
    /// <param name="sequence">Of the order.</param>
    public async Task<string> Bring(
        ClusterObservation now, PhaseCounts wanted, IReadOnlyList<string> abandoned, long sequence)
    {
        // They are neither there nor to be chosen.
        now = now with { Workers = [.. now.Workers.Where(w => !abandoned.Contains(w.Name))] };
        if (Driver is not { } driver)
        {
            return "nothing in this cluster can start workers";
        }

        var conversions = Convertible(now, wanted, driver);
        var converting = conversions.Select(c => c.Worker).ToHashSet(StringComparer.Ordinal);
        List<string> victims = [.. abandoned];
        foreach (var phase in Enum.GetValues<Phase>())
        {
            // Those that change their phase are among them: they were chosen by the same order.
            var surplus = now.Count(phase) - wanted[phase];
            victims.AddRange(Victims.Choose(now.Workers, phase, surplus).Select(v => v.Name).Where(v => !converting.Contains(v)));
        }

        foreach (var victim in victims)
        {
            await Leave(victim);
        }

        // Also those that were told before, by an operator or in an order that was lost: their places are not anybody's.
        var before = now.Workers.Where(w => w.Stage == WorkerStage.Draining).Select(w => w.Name);
        List<string> gone = [.. victims, .. converting];
        var order = new ScaleOrder(
            Slots(driver, now, wanted, gone, Phase.Prefill), Slots(driver, now, wanted, gone, Phase.Decode), [.. before, .. victims])
        {
            Converting = [.. converting],
            Sequence = sequence,
        };
        await grains.GetGrain<IGatewayGrain>(driver.Name).Scale(order);
        await TellOthers(driver, order with { Prefill = null, Decode = null, Converting = [] });

        // After the driver knows: it would take one that has changed its role for one that is missing.
        foreach (var conversion in conversions)
        {
            await Convert(conversion);
        }

        return Outcome(now, wanted, victims, conversions, driver);
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

    /// <summary>One driver keeps up the counts; the workers of others may be among those that leave.</summary>
    private async Task TellOthers(GatewayStatus driver, ScaleOrder order)
    {
        if (order.Leaving.Length == 0)
        {
            return;
        }

        foreach (var other in view.LiveGateways().Where(g => g.Driver is not null && g.Name != driver.Name))
        {
            await grains.GetGrain<IGatewayGrain>(other.Name).Scale(order);
        }
    }

    /// <summary>The conversions that pay, of workers that the driver has started.</summary>
    private static IReadOnlyList<Conversion> Convertible(
        ClusterObservation now, PhaseCounts wanted, GatewayStatus driver)
    {
        if (!driver.CanConvert)
        {
            return [];
        }

        var own = driver.Ordered.Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        return Conversions.Plan(now, wanted, w => own.Contains(w.Name));
    }

    private async Task Convert(Conversion conversion)
    {
        _leaving[conversion.Worker] = time.GetUtcNow();
        if (view.Workers().FirstOrDefault(w => w.Id.Name == conversion.Worker && w.State != WorkerState.Dead) is not { } status)
        {
            return;
        }

        var role = conversion.To == Phase.Prefill ? WorkerRole.Prefill : WorkerRole.Decode;
        try
        {
            if (!await WorkerGrains.Of(grains, status.Id).Convert(role))
            {
                // It leaves instead, and the driver starts another in the new role.
                await Leave(conversion.Worker);
            }
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            // The driver waits for it up to a bound, and starts another.
        }
    }

    /// <summary>What the driver has to keep up: what is wanted less what others keep up.</summary>
    private static int Slots(
        GatewayStatus driver, ClusterObservation now, PhaseCounts wanted, List<string> gone, Phase phase)
    {
        var own = driver.Ordered.Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        var foreign = now.Workers.Count(w => w.Phase == phase && w.Stage != WorkerStage.Draining
            && !own.Contains(w.Name) && !gone.Contains(w.Name));
        return Math.Max(0, wanted[phase] - foreign);
    }

    private static string Outcome(
        ClusterObservation now, PhaseCounts wanted, List<string> victims, IReadOnlyList<Conversion> conversions, GatewayStatus driver)
    {
        int More(Phase phase) => Math.Max(0, wanted[phase] - now.Count(phase) - conversions.Count(c => c.To == phase));
        List<string> done = [];
        if (new PhaseCounts(More(Phase.Prefill), More(Phase.Decode)) is var more && more != default)
        {
            done.Add($"the {driver.Driver} driver of {driver.Name} starts {more}");
        }

        if (victims.Count > 0)
        {
            done.Add($"{string.Join(", ", victims)} drain");
        }

        done.AddRange(conversions.Select(c => $"{c.Worker} converts to {c.To.ToString().ToLowerInvariant()}: {c.Why}"));
        return done.Count == 0 ? "nothing to do" : string.Join("; ", done);
    }
}
