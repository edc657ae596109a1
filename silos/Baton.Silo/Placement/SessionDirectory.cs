using Baton.Contracts.Gateways;
using Baton.Grains.Placement;
using Baton.Grains.Sessions;
using Baton.Silo.Nodes;
using Orleans.GrainDirectory;
using Orleans.Runtime.Messaging;

namespace Baton.Silo.Placement;

/// <summary>
/// Finds sessions by asking: each gateway knows its own, and which it keeps a copy of. A directory that is spread over
/// all silos would make the start of a session wait for whichever silo has just died or hangs, a worker's too.
/// </summary>
/// <remarks>
/// Two gateways that are sent the same request at the same moment would both find nothing. So an activation is written
/// down before the others are asked. One that is settled, or has a lower silo address, is given way to; a higher one that
/// is not settled is waited for, until it settles or gives way. Of a gateway that cannot be reached any more others keep
/// copies, and say so; one that is there and does not answer may be the one, and the question is asked again.
/// </remarks>
internal sealed class SessionDirectory(
    NodeOptions node,
    NodeRoles roles,
    SessionPlaces places,
    IClusterMembershipService membership,
    IGrainFactory grains,
    TimeProvider time) : IGrainDirectory
{
    private static readonly TimeSpan Undecided = TimeSpan.FromMilliseconds(2);
    private static readonly SessionPlace _gone = new(null, false, null);

    /// <exception cref="TimeoutException">A gateway has not answered, and is not known to be dead: ask again.</exception>
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

        return answers.Append(here).Any(a => a.Owner is { } owner && !membership.IsDead(owner))
            ? throw new TimeoutException($"The gateway of {grainId} does not answer.")
            : null;
    }

    public async Task<GrainAddress?> Register(GrainAddress address)
    {
        while (!places.TryAdd(address))
        {
            if (places.Find(address.GrainId) is { } first)
            {
                return first;
            }
        }

        try
        {
            var other = await Rival(address);
            if (other is null)
            {
                places.Settle(address);
                return address;
            }

            places.Remove(address);
            return other;
        }
        catch
        {
            places.Remove(address);
            throw;
        }
    }

    /// <summary>The activation elsewhere that this one gives way to; null when it is the only one.</summary>
    private async Task<GrainAddress?> Rival(GrainAddress address)
    {
        while (true)
        {
            var others = (await Ask(address.GrainId)).Where(a => a.Address is not null).ToList();
            if (others.Find(a => a.IsSettled || a.Address!.SiloAddress!.CompareTo(address.SiloAddress!) < 0) is { } first)
            {
                return first.Address;
            }

            if (others.Count == 0)
            {
                return null;
            }

            // It may have asked here before this one was written down: then it settles, else it gives way.
            await Task.Delay(Undecided, time);
        }
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
        return Task.WhenAll(roles.PossibleGateways().Where(g => g != own).Select(g => Ask(g, session)));
    }

    private async Task<SessionPlace> Ask(string gateway, GrainId session)
    {
        try
        {
            return await grains.GetGrain<IGatewayGrain>(gateway).Locate(session);
        }
        catch (Exception e) when (e is SiloUnavailableException or ConnectionFailedException)
        {
            return _gone;
        }
    }
}
