using Baton.Contracts.Gateways;
using Baton.Contracts.Sessions;
using Baton.Grains.Gateways;
using Baton.Grains.Placement;
using Microsoft.Extensions.Options;

namespace Baton.Grains.Sessions;

/// <summary>Finds what is left of a session whose gateway is dead, here or at another gateway.</summary>
public sealed class SessionAdoption(
    string gateway,
    SessionVault vault,
    ClusterView view,
    IClusterMembershipService membership,
    IGrainFactory grains,
    IOptions<SessionOptions> options,
    TimeProvider time)
{
    private const int AtOnce = 32;

    // Members hear of a death one after the other; whoever asks may have heard sooner.
    private static readonly TimeSpan Hearsay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// The copy of a session, for the activation that goes on with it; null when there is none. Only while a gateway's
    /// death is recent are the others asked.
    /// </summary>
    public async Task<SessionCopy?> Find(string requestId)
    {
        if (await Give(requestId) is { } here)
        {
            return here;
        }

        if (!view.GatewayDiedWithin(options.Value.Retention))
        {
            return null;
        }

        var asked = await Task.WhenAll(view.LiveGateways()
            .Where(g => g.Name != gateway).Select(g => Ask(g.Name, requestId)));
        return asked.OfType<SessionCopy>().MaxBy(c => c.FirstEpoch);
    }

    /// <summary>Gives up a copy that is kept here, if its owner is dead.</summary>
    public async Task<SessionCopy?> Give(string requestId)
    {
        var asked = time.GetTimestamp();
        while (vault.OwnerOf(requestId) is { } owner)
        {
            if (membership.IsDead(owner))
            {
                return vault.Take(requestId);
            }

            if (time.GetElapsedTime(asked) > Hearsay)
            {
                return null;
            }

            await Task.Delay(Look, time);
        }

        return null;
    }

    /// <summary>Goes on with every session that a dead gateway has left running.</summary>
    public Task AdoptAll(string owner) => Parallel.ForEachAsync(
        vault.RunningOf(owner),
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
        async (id, _) => await Adopt(id));

    public void Sweep() => vault.Sweep(options.Value.Retention, membership.IsDead);

    private async Task Adopt(string requestId)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await grains.GetGrain<ISessionGrain>(requestId).Adopt();
                return;
            }
            catch (Exception e) when (Undelivered.Is(e) && attempt < options.Value.ReleaseAttempts)
            {
                await Task.Delay(Look * attempt, time);
            }
        }
    }

    private async Task<SessionCopy?> Ask(string name, string requestId)
    {
        try
        {
            return await grains.GetGrain<IGatewayGrain>(name).TakeOver(requestId);
        }
        catch (Exception e) when (Undelivered.Is(e))
        {
            return null;
        }
    }

    /// <summary>Keeps what an owner tells of its sessions; one that is dead has nothing to tell any more.</summary>
    /// <returns>Sessions of which something is missing.</returns>
    public string[] Keep(SessionCopy[] copies, string[] forgotten)
    {
        vault.Forget(forgotten);
        return [.. copies.Where(c => !membership.IsDead(c.Owner) && !vault.Keep(c)).Select(c => c.RequestId)];
    }
}
