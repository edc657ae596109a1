using System.Collections.Concurrent;
using Baton.Contracts.Gateways;

namespace Baton.Grains.Sessions;

/// <summary>
/// The session activations of this gateway, the ended sessions and the copies that it keeps. Safe for concurrent use.
/// </summary>
public sealed class SessionPlaces(SessionVault vault, EndedSessions ended, ILocalSiloDetails silo)
{
    private readonly ConcurrentDictionary<GrainId, (GrainAddress Address, bool IsSettled)> _here = new();

    public SessionPlace Of(GrainId session)
    {
        var id = session.Key.ToString()!;
        var owner = vault.OwnerOf(id);
        if (_here.TryGetValue(session, out var place))
        {
            return new SessionPlace(place.Address, place.IsSettled, owner);
        }

        // It has no activation: whoever calls it is sent here, where it gets one.
        return ended.Find(id) is null
            ? new SessionPlace(null, false, owner)
            : new SessionPlace(AddressHere(session), true, owner);
    }

    /// <summary>The activation here, or null.</summary>
    public GrainAddress? Find(GrainId session) => _here.TryGetValue(session, out var place) ? place.Address : null;

    /// <summary>Adds an activation; false when there is one already.</summary>
    public bool TryAdd(GrainAddress address) => _here.TryAdd(address.GrainId, (address, false));

    /// <summary>The activation is the only one.</summary>
    public void Settle(GrainAddress address) => _here.TryUpdate(address.GrainId, (address, true), (address, false));

    public void Remove(GrainAddress address)
    {
        if (_here.TryGetValue(address.GrainId, out var place) && place.Address.ActivationId == address.ActivationId)
        {
            _here.TryRemove(KeyValuePair.Create(address.GrainId, place));
        }
    }

    private GrainAddress AddressHere(GrainId session) => new()
    {
        GrainId = session,
        SiloAddress = silo.SiloAddress,
        ActivationId = ActivationId.NewId(),
        MembershipVersion = MembershipVersion.MinValue,
    };
}
