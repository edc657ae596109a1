using System.Collections.Concurrent;
using Baton.Contracts.Gateways;
using Baton.Grains.Placement;
using Baton.Grains.Sessions;
using Baton.Silo.Nodes;
using Orleans.GrainDirectory;

namespace Baton.Silo.Placement;

/// <summary>
/// Finds sessions by asking: each gateway knows its own, and which it keeps a copy of. A directory that is spread over
/// all silos would make the start of a session wait for whichever silo has just died or hangs, a worker's too.
/// </summary>
/// <remarks>
/// Two gateways that are sent the same request at the same moment would both find nothing. So an activation is written
/// down before the others are asked: of two that see each other, one settled beats one that is not, and else the lower
/// silo address; the other gives way.
/// </remarks>
internal sealed class SessionDirectory(
    NodeOptions node,
    NodeRoles roles,
    SessionPlaces places,
    IClusterMembershipService membership,
    IGrainFactory grains,
    TimeProvider time) : IGrainDirectory
{
    // A live gateway answers in a millisecond. One that does not is left alone for a while: what it runs, others keep
    // copies of, and say so.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LeftAlone = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, long> _slow = new(StringComparer.Ordinal);

    /// <exception cref="TimeoutException">Its owner has not answered, and is not known to be dead.</exception>
    public async Task<GrainAddress?> Lookup(GrainId grainId)
    {
        var here = places.Of(grainId);
        if (here.Address is { } local)
        {
            return local;
        }

        var answers = await Ask(grainId);
        var found = answers.Where(a => a.Address is not null).OrderByDescending(a => a.IsSettled).FirstOrDefault();
        if (found is not null)
        {
            return found.Address;
        }

        return answers.Append(here).Any(a => a.Owner is { } owner && MayLive(owner))
            ? throw new TimeoutException($"The gateway of {grainId} does not answer.")
            : null;
    }

    public async Task<GrainAddress?> Register(GrainAddress address)
    {
        if (!places.TryAdd(address))
        {
            return places.Of(address.GrainId).Address;
        }

        var other = (await Ask(address.GrainId)).FirstOrDefault(a => a.Address is not null
            && (a.IsSettled || a.Address.SiloAddress!.CompareTo(address.SiloAddress!) < 0));
        if (other is not null)
        {
            places.Remove(address);
            return other.Address;
        }

        places.Settle(address);
        return address;
    }

    public Task Unregister(GrainAddress address)
    {
        places.Remove(address);
        return Task.CompletedTask;
    }

    /// <summary>What was there has gone with it.</summary>
    public Task UnregisterSilos(List<SiloAddress> siloAddresses) => Task.CompletedTask;

    private Task<SessionPlace[]> Ask(GrainId session)
    {
        var own = NodeName.Gateway(node.Name);
        return Task.WhenAll(roles.Gateways().Where(g => g != own && !IsSlow(g)).Select(g => Ask(g, session)));
    }

    private async Task<SessionPlace> Ask(string gateway, GrainId session)
    {
        try
        {
            return await grains.GetGrain<IGatewayGrain>(gateway).Locate(session).WaitAsync(Patience, time);
        }
        catch (Exception e) when (Undelivered.Is(e))
        {
            _slow[gateway] = time.GetTimestamp();
            return new SessionPlace(null, false, null);
        }
    }

    private bool IsSlow(string gateway) =>
        _slow.TryGetValue(gateway, out var since) && time.GetElapsedTime(since) < LeftAlone;

    private bool MayLive(string silo) =>
        membership.CurrentSnapshot.Members.TryGetValue(SiloAddress.FromParsableString(silo), out var member)
        && member.Status != SiloStatus.Dead;
}
